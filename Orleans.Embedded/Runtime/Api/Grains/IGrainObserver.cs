namespace Orleans;

/// <summary>The base of observer interfaces: objects outside grains, usually in a client, that grains call. Their methods return tasks.</summary>
public interface IGrainObserver : Runtime.IAddressable;
