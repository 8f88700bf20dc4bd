namespace Warren.Grains.Work;

/// <summary>How long to wait before something that failed is tried again: doubling, up to a limit.</summary>
internal sealed class Retries(TimeSpan first, TimeSpan longest)
{
    /// <summary>For calls between grains: 100 ms, then doubling to 5 s.</summary>
    public static Retries OfCalls() => new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    /// <summary>It has succeeded.</summary>
    public void Succeeded() => Failures = 0;

    /// <summary>It has failed.</summary>
    /// <returns>How long to wait.</returns>
    public TimeSpan Failed()
    {
        var wait = first * Math.Pow(2, Math.Min(Failures++, 20));
        return wait < longest ? wait : longest;
    }
}
