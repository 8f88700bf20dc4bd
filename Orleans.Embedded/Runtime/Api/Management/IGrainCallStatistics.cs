namespace Orleans.Embedded;

/// <summary>
/// Tells how often the grain classes were called, with what outcome and how long it took. Only this engine has it: what must also build
/// against the official packages takes the same figures from the metrics of the meter <c>Microsoft.Orleans</c>.
/// </summary>
public interface IGrainCallStatistics : IGrainWithIntegerKey
{
    /// <summary>One entry for each grain class and active silo where it was ever active, counted since the silo started.</summary>
    Task<GrainCallStatistics[]> GetCallStatistics();
}
