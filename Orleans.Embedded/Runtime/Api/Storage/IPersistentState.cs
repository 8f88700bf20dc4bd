namespace Orleans.Runtime;

/// <summary>
/// A piece of state of a grain, read before the grain is activated. Writing fails with
/// <see cref="Storage.InconsistentStateException"/>, and the activation ends, when another activation has written meanwhile.
/// </summary>
public interface IPersistentState<TState> : Core.IStorage<TState>;
