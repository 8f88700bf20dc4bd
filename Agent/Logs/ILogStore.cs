using Warren.Agent.Runtime;

namespace Warren.Agent.Logs;

/// <summary>The kept output of containers, which outlives them until it is removed.</summary>
public interface ILogStore
{
    /// <summary>Makes the folder of a container's log files, if it is not there, and returns its path.</summary>
    string Prepare(ContainerId id);

    /// <summary>
    /// Reads a container's output in the order of writing, over all its files. Lines that are removed by rotation before a slow reader has
    /// come to them are skipped, and an entry says so. A container without output, or without log, has none.
    /// </summary>
    IAsyncEnumerable<LogEntry> ReadAsync(ContainerId id, LogQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// A container has ended, whoever may still hold its output open: its logger writes what is left and ends, and followers see the end after
    /// that. Returns when the logger has ended. Without a logger it does nothing.
    /// </summary>
    Task EndAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Removes a container's log files, after ending its logger; followers see the end. Called again it does nothing.</summary>
    Task RemoveAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Removes logs of containers that are not of the list.</summary>
    /// <returns>What was removed, a line each, for the log.</returns>
    Task<IReadOnlyList<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken);
}
