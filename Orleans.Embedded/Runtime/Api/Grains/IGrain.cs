namespace Orleans;

/// <summary>The base of grain interfaces.</summary>
public interface IGrain : Runtime.IAddressable;
