using Orleans.Concurrency;
using Warren.Clusters;
using Warren.Execs;
using Warren.Logs;
using Warren.Questions;

namespace Warren.Nodes;

/// <summary>What the agent of a node calls, by the node's <see cref="NodeId"/>: its end of <see cref="INodeGrain"/>, and no more of it.</summary>
[Alias("warren.node-link")]
public interface INodeLink : IGrainWithStringKey
{
    /// <summary>
    /// An agent begins a session for the node; those before are over. Called again after every break of the connection, also with another manager.
    /// A try that comes after a later one of the same agent begins none.
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

    /// <summary>Another certificate for the node's key, before the one that it has ends. Its end is stored.</summary>
    /// <param name="signingRequest">A PKCS #10 request, signed with the node's key. Of the names in it none is taken.</param>
    /// <returns>The certificate as PEM.</returns>
    /// <exception cref="JoinRefusedException">The node was removed, never joined by token, or has another key.</exception>
    /// <exception cref="NotFoundException">The cluster's certificates are made elsewhere.</exception>
    [Alias("RenewAsync"), AlwaysInterleave]
    Task<string> RenewAsync(ReadOnlyMemory<byte> signingRequest);

    /// <summary>The agent says how far it follows whom the cluster trusts.</summary>
    /// <returns>What it has to follow.</returns>
    /// <exception cref="JoinRefusedException">The node was removed.</exception>
    [Alias("ReportTrustAsync"), AlwaysInterleave]
    Task<TrustRecord> ReportTrustAsync(TrustReport report);

    /// <summary>Output of a task that <see cref="INodeAgent.SendLogsAsync"/> asked for; the next batch is sent when this one is answered.</summary>
    /// <param name="reader">The reader, as it was given.</param>
    /// <param name="batch">The output; at least every 10 s one, if need be without lines.</param>
    /// <returns>Whether more is wanted.</returns>
    [Alias("TakeLogsAsync"), AlwaysInterleave]
    Task<bool> TakeLogsAsync(string reader, LogBatch batch);

    /// <summary>What comes from a process that <see cref="INodeAgent.ExecAsync"/> asked for; the next is sent when this one is answered.</summary>
    /// <param name="exec">The process, as it was given.</param>
    /// <param name="output">What came.</param>
    /// <returns>Whether it is to go on.</returns>
    [Alias("TakeExecOutputAsync"), AlwaysInterleave]
    Task<ExecAnswer> TakeExecOutputAsync(string exec, ExecOutput output);

    /// <summary>What the caller has for its process next; nothing after some seconds without any.</summary>
    /// <param name="exec">The process, as it was given.</param>
    /// <param name="channel">Of which channel.</param>
    [Alias("NextExecInputAsync"), AlwaysInterleave]
    Task<ExecInput> NextExecInputAsync(string exec, ExecChannel channel);

    /// <summary>An answer to a question that <see cref="INodeAgent.AnswerAsync"/> brought; the next is sent when this one is answered.</summary>
    /// <param name="asker">Who asked, as it was given.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>Whether more is wanted.</returns>
    [Alias("TakeAnswerAsync"), AlwaysInterleave]
    Task<bool> TakeAnswerAsync(string asker, NodeAnswer answer);

    /// <summary>The next bytes that belong to a question; none after some seconds without any.</summary>
    /// <param name="asker">Who asked, as it was given.</param>
    [Alias("NextDataAsync"), AlwaysInterleave]
    Task<NodeData> NextDataAsync(string asker);
}
