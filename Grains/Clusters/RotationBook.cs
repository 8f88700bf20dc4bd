using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Nodes;

namespace Warren.Grains.Clusters;

/// <summary>
/// What becomes of the state of the cluster while its authority is rotated: all learn to trust the new one, then all get certificates of it, then the old one is
/// dropped. What was done stands in the state, so that another manager goes on with it. No I/O.
/// </summary>
internal static class RotationBook
{
    private const int MostFormer = 8;

    private static readonly TimeSpan s_toldAgain = TimeSpan.FromDays(1);

    /// <summary>The authority that issues: its certificate as PEM, its sealed key, and the number under which that is sealed.</summary>
    public static (string Authority, ReadOnlyMemory<byte> SealedKey, long Number) Issuer(ClusterState state) =>
        state.Rotation is { Step: RotationStep.Reissuing } rotation
            ? (rotation.Authority, rotation.SealedKey, NumberOf(state) + 1)
            : (state.Cluster!.Authority, state.SealedKey, NumberOf(state));

    /// <summary>The number under which the key of the present authority is sealed; of the next one it is one more.</summary>
    public static long NumberOf(ClusterState state) => state.Rotations + 1;

    /// <summary>The digest by which tokens name an authority.</summary>
    /// <param name="pem">Its certificate.</param>
    public static string DigestOf(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return JoinToken.DigestOf(certificate.RawData);
    }

    /// <summary>Whom to trust.</summary>
    public static TrustRecord Trust(ClusterState state) => state.Cluster is not { } cluster ? new() { Version = 0 } : new()
    {
        Version = state.TrustChanges + 1,
        Authorities = state.Rotation is { } rotation ? [cluster.Authority, rotation.Authority] : [cluster.Authority],
        Issuer = DigestOf(Issuer(state).Authority),
        Former = state.Former,
        Revoked = RevocationBook.Revoked(state),
    };

    /// <summary>How far it is.</summary>
    /// <param name="state">The state.</param>
    /// <param name="deadline">How long a step may take.</param>
    public static AuthorityRecord Describe(ClusterState state, TimeSpan deadline)
    {
        using var authority = X509Certificate2.CreateFromPem(state.Cluster!.Authority);
        return new()
        {
            Digest = JoinToken.DigestOf(authority.RawData),
            EndsAt = authority.NotAfter.ToUniversalTime(),
            Step = state.Rotation?.Step,
            Next = state.Rotation is { } rotation ? DigestOf(rotation.Authority) : null,
            StartedAt = state.Rotation?.StartedAt,
            Missing = Missing(state),
            Done = state.Rotation?.Done.Count ?? 0,
            DueAt = state.Rotation is { } step ? BeginOf(step) + deadline : null,
        };
    }

    /// <summary>A new authority is there. During a rotation: nothing.</summary>
    public static ClusterState Begin(ClusterState state, string authority, ReadOnlyMemory<byte> sealedKey, DateTimeOffset now) => state.Rotation is not null ? state : state with
    {
        Rotation = new(authority, sealedKey, RotationStep.Trusting, now, [], Since: state.TrustChanges + 2),
        TrustChanges = state.TrustChanges + 1,
    };

    /// <summary>Whether what a node or manager says of itself brings the rotation on.</summary>
    public static bool IsNews(ClusterState state, NodeId node, TrustReport report)
    {
        // One that has not joined, or was removed, is waited for by nobody.
        if (state.Rotation is not { } rotation || rotation.Done.Contains(node) || state.Nodes.GetValueOrDefault(node) is not { RemovedAt: null }) return false;

        // Versions grow with every change: whoever trusts a later one trusts both as well.
        return rotation.Step == RotationStep.Trusting ? report.Version >= rotation.Since : report.Issuer == DigestOf(rotation.Authority);
    }

    /// <summary>Nodes and managers say how far they are; the last one brings the rotation on.</summary>
    public static ClusterState Report(ClusterState state, IReadOnlyDictionary<NodeId, TrustReport> reports, DateTimeOffset now)
    {
        var done = reports.Where(report => IsNews(state, report.Key, report.Value)).Select(report => report.Key).ToList();
        return done.Count == 0 ? state : Advance(state with { Rotation = state.Rotation! with { Done = state.Rotation.Done.Union(done) } }, now);
    }

    /// <summary>When it is to be told next that nodes are missing beyond the deadline; null: there is no rotation.</summary>
    public static DateTimeOffset? TellAt(ClusterState state, TimeSpan deadline) => state.Rotation is not { } rotation ? null
        : rotation.ToldAt is { } told ? told + s_toldAgain
        : BeginOf(rotation) + deadline;

    /// <summary>It is told.</summary>
    public static ClusterState Told(ClusterState state, DateTimeOffset now) => state.Rotation is { } rotation ? state with { Rotation = rotation with { ToldAt = now } } : state;

    /// <summary>Goes on if the step has been done by all.</summary>
    public static ClusterState Advance(ClusterState state, DateTimeOffset now) => state.Rotation is not null && Missing(state).IsEmpty ? End(state, now) : state;

    /// <summary>Goes on without those who have not done the step.</summary>
    public static ClusterState LeaveBehind(ClusterState state, RotationStep step, DateTimeOffset now) => state.Rotation?.Step == step ? End(state, now) : state;

    /// <summary>Nodes and managers that have not done the step.</summary>
    public static ImmutableArray<NodeId> Missing(ClusterState state) =>
        state.Rotation is not { } rotation ? [] : [.. state.Nodes.Where(node => node.Value.RemovedAt is null && !rotation.Done.Contains(node.Key)).Select(node => node.Key)];

    private static DateTimeOffset BeginOf(AuthorityRotation rotation) => rotation.StepAt ?? rotation.StartedAt;

    private static ClusterState End(ClusterState state, DateTimeOffset now)
    {
        var (rotation, old) = (state.Rotation!, DigestOf(state.Cluster!.Authority));
        if (rotation.Step == RotationStep.Trusting)
        {
            return state with
            {
                Rotation = rotation with { Step = RotationStep.Reissuing, Done = [], StepAt = now, ToldAt = null },
                TrustChanges = state.TrustChanges + 1,
                Former = [.. state.Former.TakeLast(MostFormer - 1), old],

                // They name the old authority, of which no manager shows a certificate from here on.
                Tokens = [.. state.Tokens.Select(token => token.Record.RevokedAt is null ? token with { Record = token.Record with { RevokedAt = now } } : token)],
            };
        }

        return state with
        {
            Cluster = state.Cluster with { Authority = rotation.Authority },
            SealedKey = rotation.SealedKey,
            Rotations = state.Rotations + 1,
            Rotation = null,
            TrustChanges = state.TrustChanges + 1,
        };
    }
}
