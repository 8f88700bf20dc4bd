using Orleans.Concurrency;
using Warren.Clusters;
using Warren.Execs;
using Warren.Logs;
using Warren.Questions;

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

    /// <summary>
    /// Begins a process in a container, and returns at once. The agent tells of it by <see cref="INodeLink.TakeExecOutputAsync"/>, asks for its input by
    /// <see cref="INodeLink.NextExecInputAsync"/>, and kills it when either says that the caller is gone.
    /// </summary>
    [Alias("ExecAsync"), OneWay]
    Task ExecAsync(string exec, ExecSpec spec);

    /// <summary>
    /// Begins to answer a question by <see cref="INodeLink.TakeAnswerAsync"/>, and returns at once. The agent answers until all is said, or the asker wants no more.
    /// </summary>
    [Alias("AnswerAsync"), OneWay]
    Task AnswerAsync(string asker, NodeQuestion question);

    /// <summary>Managers were revoked. May be lost, doubled and out of order; versions tell.</summary>
    [Alias("RevokedAsync"), OneWay]
    Task RevokedAsync(RevokedManagers revoked);
}
