namespace Warren.Benchmarks.Engine;

/// <summary>How fast callers went.</summary>
/// <param name="PerSecond">The calls per second of the median round.</param>
/// <param name="CpuMicroseconds">The processor time that this process took for a call, of all threads, over all rounds.</param>
internal sealed record Rate(double PerSecond, double CpuMicroseconds);
