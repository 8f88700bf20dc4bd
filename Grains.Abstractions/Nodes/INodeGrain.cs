using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Logs;
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

    /// <summary>Has the node's agent send the output of a task to a reader. Changes nothing, and promises nothing: a reader that hears nothing asks again.</summary>
    /// <returns>Whether there is an agent that was told.</returns>
    [Alias("SendLogsAsync"), AlwaysInterleave]
    Task<bool> SendLogsAsync(LogRequest request, ILogReader reader);
}
