using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Tasks;

namespace Warren.Nodes;

/// <summary>
/// One node, by its <see cref="NodeId"/>: registration, lease, labels, availability, what it has promised and what it is meant to run. It alone
/// promises room, and it alone talks to the node's agent.
/// </summary>
[Alias("warren.node-grain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>
    /// An agent begins a session for the node; those before are over. Called again after every break of the connection, also with another manager.
    /// </summary>
    /// <param name="registration">What the machine is and what the agent has.</param>
    /// <param name="agent">Where assignments are pushed to. Pushes may be lost; heartbeats tell.</param>
    /// <returns>The session and what the agent has to hear. For a node that was removed: nothing, and its session ends with the next call.</returns>
    /// <exception cref="ValidationException">The description breaks rules; all problems are named.</exception>
    /// <exception cref="ConflictException">Another node of the cluster has the name.</exception>
    [Alias("RegisterAsync")]
    Task<NodeSession> RegisterAsync(NodeRegistration registration, INodeAgent agent);

    /// <summary>The agent is alive. Costs no write.</summary>
    /// <param name="session">From <see cref="NodeSession.Session"/>.</param>
    /// <param name="appliedVersion">The version of the assignments that the agent has carried over into its own store.</param>
    [Alias("HeartbeatAsync"), AlwaysInterleave]
    Task<HeartbeatAnswer> HeartbeatAsync(long session, long appliedVersion);

    /// <summary>What changed on the node. Returns once it is stored; the agent repeats what it has no answer to.</summary>
    [Alias("ReportAsync")]
    Task<SessionState> ReportAsync(long session, NodeReport report);

    /// <summary>What takes the agent from a version to the present one; for an agent that finds a gap.</summary>
    [Alias("GetAssignmentsAsync")]
    Task<AssignmentMessage> GetAssignmentsAsync(long session, long? sinceVersion);

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
    /// <exception cref="ValidationException">The spec breaks a rule; all problems are named.</exception>
    /// <exception cref="NotFoundException">There is no such node.</exception>
    [Alias("UpdateAsync")]
    Task<NodeRecord> UpdateAsync(NodeSpec spec);

    /// <summary>Takes the node out of the cluster for good; what it ran is made elsewhere. Its agent, if it comes back, is refused.</summary>
    /// <param name="force">Also while it is ready and not drained.</param>
    /// <exception cref="InUseException">It has tasks, or is ready and not drained, and <paramref name="force"/> is not set.</exception>
    /// <exception cref="NotFoundException">There never was such a node.</exception>
    [Alias("RemoveAsync")]
    Task RemoveAsync(bool force);

    /// <summary>Wakes the grain, so that a crash leaves no lease unwatched and no assignment half made. Nothing happens if all is well.</summary>
    [Alias("EnsureAsync")]
    Task EnsureAsync();
}
