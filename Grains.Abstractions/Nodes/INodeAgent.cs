using Orleans.Concurrency;
using Warren.Logs;

namespace Warren.Nodes;

/// <summary>A node's agent, as its grain calls it.</summary>
[Alias("warren.node-agent")]
public interface INodeAgent : IGrainObserver
{
    /// <summary>The assignments have changed. May be lost, doubled and out of order; see <see cref="AssignmentMessage"/>.</summary>
    [Alias("AssignAsync"), OneWay]
    Task AssignAsync(long session, AssignmentMessage message);

    /// <summary>
    /// Begins to send the output of a task by <see cref="INodeLink.TakeLogsAsync"/>, and returns at once. The agent sends until there is no more, or the reader wants
    /// no more.
    /// </summary>
    [Alias("SendLogsAsync"), OneWay]
    Task SendLogsAsync(string reader, LogRequest request);
}
