using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Execs;
using Warren.Logs;
using Warren.Questions;
using Warren.Tasks;

namespace Warren.Nodes;

/// <summary>
/// One node, by its <see cref="NodeId"/>: registration, lease, labels, availability, what it has promised and what it is meant to run. It alone
/// promises room, and it alone talks to the node's agent, which knows it as <see cref="INodeLink"/>.
/// </summary>
[Alias("warren.node-grain")]
public interface INodeGrain : INodeLink
{
    /// <summary>Promises room for tasks, one after the other, and assigns those that are admitted. Asking twice is answered twice the same.</summary>
    /// <returns>An answer for each, in the order of the requests, and the node as it is then.</returns>
    [Alias("AdmitAsync")]
    Task<AdmissionReply> AdmitAsync(ImmutableArray<AdmissionRequest> requests);

    /// <summary>What their services want of tasks that were placed here. May come twice, late and out of order: an intention only advances.</summary>
    /// <returns>The tasks of which nothing is left here, or never was anything.</returns>
    [Alias("SetDesiredAsync")]
    Task<ImmutableArray<TaskId>> SetDesiredAsync(ImmutableArray<TaskIntention> intentions);

    /// <summary>The node as it is; null if none registered under the id, or it was removed.</summary>
    [Alias("GetAsync"), AlwaysInterleave]
    Task<NodeRecord?> GetAsync();

    /// <summary>Sets labels and availability.</summary>
    /// <param name="spec">What the operator says from now on.</param>
    /// <param name="expectedVersion">The <see cref="NodeRecord.SpecVersion"/> that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="ValidationException">The spec breaks a rule; all problems are named.</exception>
    /// <exception cref="NotFoundException">There is no such node.</exception>
    /// <exception cref="ConflictException">Its spec is at another version than expected.</exception>
    [Alias("UpdateAsync")]
    Task<NodeRecord> UpdateAsync(NodeSpec spec, long? expectedVersion = null);

    /// <summary>Takes the node out of the cluster for good; what it ran is made elsewhere. Its agent, if it comes back, is refused.</summary>
    /// <param name="force">Also while it is ready and not drained.</param>
    /// <param name="expectedVersion">The <see cref="NodeRecord.SpecVersion"/> that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="InUseException">It has tasks, or is ready and not drained, and <paramref name="force"/> is not set.</exception>
    /// <exception cref="NotFoundException">There never was such a node.</exception>
    /// <exception cref="ConflictException">Its spec is at another version than expected.</exception>
    [Alias("RemoveAsync")]
    Task RemoveAsync(bool force, long? expectedVersion = null);

    /// <summary>Wakes the grain, so that a crash leaves no lease unwatched and no assignment half made. Nothing happens if all is well.</summary>
    [Alias("EnsureAsync")]
    Task EnsureAsync();

    /// <summary>
    /// Has the node tell the scheduler and the services of itself once more, as one that has joined: they may have read the nodes while this one had not answered yet, and so
    /// was not among them.
    /// </summary>
    [Alias("AnnounceAsync")]
    Task AnnounceAsync();

    /// <summary>Has the node's agent send the output of a task to a reader. Changes nothing, and promises nothing: a reader that hears nothing asks again.</summary>
    /// <returns>Whether there is an agent that was told.</returns>
    [Alias("SendLogsAsync"), AlwaysInterleave]
    Task<bool> SendLogsAsync(LogRequest request, ILogReader reader);

    /// <summary>Has the node's agent begin a process in a container. Stores nothing, and promises nothing: the caller hears of it, or that there is silence.</summary>
    /// <param name="spec">What is to run.</param>
    /// <param name="output">Takes what comes from it.</param>
    /// <param name="data">Is asked for data. A reference of its own: the calls of one are made one after the other, and each of these may wait.</param>
    /// <param name="control">Is asked for sizes and signals; likewise.</param>
    /// <returns>Whether there is an agent that was told.</returns>
    [Alias("ExecAsync"), AlwaysInterleave]
    Task<bool> ExecAsync(ExecSpec spec, IExecCaller output, IExecCaller data, IExecCaller control);

    /// <summary>Has the node's agent answer a question. Stores nothing, and promises nothing: the asker hears of it, or that there is silence.</summary>
    /// <returns>Whether there is an agent that was told.</returns>
    [Alias("AskAsync"), AlwaysInterleave]
    Task<bool> AskAsync(NodeQuestion question, INodeAsker asker);

    /// <summary>The same of a question to which bytes belong.</summary>
    /// <param name="question">The question.</param>
    /// <param name="asker">Takes the answers.</param>
    /// <param name="source">Has the bytes. A reference of its own: the calls of one are made one after the other, and each of these may wait.</param>
    [Alias("AskWithDataAsync"), AlwaysInterleave]
    Task<bool> AskWithDataAsync(NodeQuestion question, INodeAsker asker, INodeSource source);
}
