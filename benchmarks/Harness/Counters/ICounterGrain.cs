namespace Warren.Harness.Counters;

/// <summary>A number that is never lost: the state of a counter in the store, with who wrote it.</summary>
[Alias("Warren.Harness.ICounterGrain")]
public interface ICounterGrain : IGrainWithIntegerKey
{
    /// <summary>Adds one, and returns when that is durable. Not idempotent: each call that succeeds adds one, one that fails adds one or none.</summary>
    /// <param name="operation">A number that the caller uses only once for this counter; it is kept with the state.</param>
    [Alias("Increment")]
    Task<CounterAnswer> IncrementAsync(long operation);
}
