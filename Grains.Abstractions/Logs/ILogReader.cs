namespace Warren.Logs;

/// <summary>Takes the output of one task, from its node.</summary>
[Alias("warren.log-reader")]
public interface ILogReader : IGrainObserver
{
    /// <summary>Takes a batch; the next one is sent when this one is answered. One comes at least every 10 s, if need be without lines.</summary>
    /// <returns>Whether more is wanted.</returns>
    [Alias("TakeAsync")]
    Task<bool> TakeAsync(LogBatch batch);
}
