namespace Warren.Execs;

/// <summary>Whoever wanted a process in a container, as its node's agent sees it. A call that fails means that the caller is gone.</summary>
[Alias("warren.exec-caller")]
public interface IExecCaller : IGrainObserver
{
    /// <summary>Takes what the process wrote, or what became of it; one after the other.</summary>
    /// <returns>What became of it, after 5 s at the latest.</returns>
    [Alias("TakeAsync")]
    Task<ExecAnswer> TakeAsync(ExecOutput output);

    /// <summary>What the caller has for the process next, of one channel.</summary>
    /// <returns>It, or after 5 s nothing.</returns>
    [Alias("NextAsync")]
    Task<ExecInput> NextAsync(ExecChannel channel);
}
