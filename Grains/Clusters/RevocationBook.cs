using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>Which certificates there are, and which of them are refused. No I/O.</summary>
internal static class RevocationBook
{
    /// <summary>A client has a certificate; those that have ended are forgotten.</summary>
    public static ClusterState Issued(ClusterState state, X509Certificate2 certificate, string name, DateTimeOffset now)
    {
        var pruned = Prune(state, now);
        return pruned with { Clients = pruned.Clients.Add(new(certificate.SerialNumber, name, now, certificate.NotAfter.ToUniversalTime())) };
    }

    /// <summary>Forgets what has ended, also by the clock of one that is behind.</summary>
    public static ClusterState Prune(ClusterState state, DateTimeOffset now)
    {
        var clients = state.Clients.RemoveAll(client => HasEnded(client.EndsAt, now));
        return clients.Length == state.Clients.Length ? state : state with { Clients = clients };
    }

    /// <summary>A node has a certificate until then.</summary>
    public static ClusterState Issued(ClusterState state, NodeId node, DateTimeOffset endsAt) =>
        state.Nodes.GetValueOrDefault(node) is not { } known || known.EndsAt >= endsAt ? state : state with { Nodes = state.Nodes.SetItem(node, known with { EndsAt = endsAt }) };

    /// <summary>What is to be refused, until it would have ended.</summary>
    public static ImmutableArray<RevokedCertificate> Revoked(ClusterState state) =>
    [
        .. state.Clients.Where(client => client.RevokedAt is not null).Select(client => new RevokedCertificate(CertificateRole.Client, client.Name, client.Serial, client.EndsAt)),
        .. state.Nodes.Where(node => node.Value.RemovedAt is not null)
            .Select(node => new RevokedCertificate(RoleOf(node.Value), node.Key.Value, null, node.Value.EndsAt ?? DateTimeOffset.MaxValue)),
    ];

    /// <summary>All that have not ended.</summary>
    public static ImmutableArray<CertificateRecord> List(ClusterState state, DateTimeOffset now) =>
    [
        .. state.Clients.Where(client => !HasEnded(client.EndsAt, now)).Select(Describe),
        .. state.Nodes.Where(node => node.Value.EndsAt is not { } end || !HasEnded(end, now)).Select(node => Describe(node.Key, node.Value)),
    ];

    /// <summary>Refuses a client's certificate; null if there is none of that number.</summary>
    public static ClusterState? Revoke(ClusterState state, string serial, DateTimeOffset now) =>
        state.Clients.FirstOrDefault(client => client.Serial.Equals(serial, StringComparison.OrdinalIgnoreCase)) is not { } found || HasEnded(found.EndsAt, now) ? null
        : found.RevokedAt is not null ? state
        : state with { Clients = state.Clients.Replace(found, found with { RevokedAt = now }), TrustChanges = state.TrustChanges + 1 };

    /// <summary>Refuses whatever a node has, and lets it join no more.</summary>
    public static ClusterState Dismiss(ClusterState state, NodeId node, DateTimeOffset now) => state.Nodes.GetValueOrDefault(node) is not { RemovedAt: null } known ? state
        : RotationBook.Advance(state with { Nodes = state.Nodes.SetItem(node, known with { RemovedAt = now }), TrustChanges = state.TrustChanges + 1 }, now);

    /// <summary>A client's certificate for others.</summary>
    public static CertificateRecord Describe(IssuedCertificate client) => new()
    {
        Role = CertificateRole.Client,
        Name = client.Name,
        Serial = client.Serial,
        IssuedAt = client.IssuedAt,
        EndsAt = client.EndsAt,
        RevokedAt = client.RevokedAt,
    };

    /// <summary>Those of a node for others.</summary>
    public static CertificateRecord Describe(NodeId id, JoinedNode node) =>
        new() { Role = RoleOf(node), Name = id.Value, IssuedAt = node.At, EndsAt = node.EndsAt, RevokedAt = node.RemovedAt };

    /// <summary>How many managers have certificates that are not revoked.</summary>
    public static int CountManagers(ClusterState state) => state.Nodes.Values.Count(node => node.Role == NodeRole.Manager && node.RemovedAt is null);

    private static bool HasEnded(DateTimeOffset end, DateTimeOffset now) => end + CertificateAuthority.ClockSkew < now;

    private static CertificateRole RoleOf(JoinedNode node) => node.Role == NodeRole.Manager ? CertificateRole.Manager : CertificateRole.Worker;
}
