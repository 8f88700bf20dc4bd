using System.Collections.Frozen;
using System.Reflection;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Silo.Authorisation;

/// <summary>Who may call what over a connection of a client. What stands in no row is refused. No I/O.</summary>
internal static class CallTable
{
    /// <summary>The grain type of nodes.</summary>
    public const string NodeType = "node";

    /// <summary>
    /// What an agent needs, all of it at the grain of its own node, which hands out what the node's assignments name and nothing more. A manager may call everything
    /// and a client nothing, so neither has rows.
    /// </summary>
    public static IReadOnlyList<CallRule> Rows { get; } =
    [
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.RegisterAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.HeartbeatAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.ReportAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.GetAssignmentsAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.RenewAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.ReportTrustAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.TakeLogsAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.TakeExecOutputAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.NextExecInputAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.TakeAnswerAsync), NodeType),
        new(CertificateRole.Worker, typeof(INodeLink), nameof(INodeLink.NextDataAsync), NodeType),
    ];

    /// <summary>What the agent of a removed node may call: as much as it takes to hear of it.</summary>
    public static IReadOnlyList<string> OfRemoved { get; } = [nameof(INodeLink.RegisterAsync), nameof(INodeLink.HeartbeatAsync)];

    private static readonly FrozenDictionary<(CertificateRole, string, string), string> s_grainTypes = Rows.ToFrozenDictionary(
        row => (row.Role, row.Interface.GetCustomAttribute<AliasAttribute>()!.Alias, row.Method), row => row.GrainType);

    /// <summary>Whether the holder of a certificate may make a call.</summary>
    /// <param name="subject">The holder; null: the certificate names none, or there is none.</param>
    /// <param name="interfaceName">The interface's name on the wire.</param>
    /// <param name="method">The method.</param>
    /// <param name="grainType">The type of the grain.</param>
    /// <param name="key">Its key.</param>
    /// <param name="isRevoked">Whether the certificate was revoked.</param>
    public static bool Allows(CertificateSubject? subject, string interfaceName, string method, string grainType, string key, bool isRevoked = false) => subject switch
    {
        null => false,
        _ when isRevoked && !(subject.Role == CertificateRole.Worker && OfRemoved.Contains(method)) => false,
        { Role: CertificateRole.Manager } => true,
        _ => s_grainTypes.TryGetValue((subject.Role, interfaceName, method), out var type) && type == grainType && key == subject.Name,
    };
}
