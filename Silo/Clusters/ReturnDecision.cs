using System.Security.Cryptography.X509Certificates;
using Orleans.Configuration;
using Warren.Grains.Clusters;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Silo.Clusters;

/// <summary>
/// Whether a manager whose certificate has ended gives itself another one: if the cluster knows it and nobody else is there who could give it a token, as after
/// all managers were off for longer than certificates live. No I/O.
/// </summary>
internal static class ReturnDecision
{
    /// <summary>
    /// After how long without a sign of life in the membership table a manager that was not told dead is taken for one that is off. Longer than the engine takes
    /// for it, since the clocks of two managers may be apart.
    /// </summary>
    public static TimeSpan LeftOverAfter { get; } = LeftOver(new());

    /// <summary>What the manager does. The first rule that holds counts.</summary>
    public static ReturnPlan Compute(ReturnSnapshot snapshot)
    {
        var (state, now) = (snapshot.State, snapshot.Now);
        if (state.Cluster is not { } cluster || cluster.Id != snapshot.Cluster)
            return ReturnPlan.Ask($"the store is not that of the cluster of its certificate: it is that of {state.Cluster?.Id ?? "none that has an authority of its own"}, and the certificate is of {snapshot.Cluster ?? "none"}");
        if (snapshot.HasHeardOfRevocation || state.Nodes.GetValueOrDefault(snapshot.Node) is { RemovedAt: not null })
            return ReturnPlan.End($"this manager's certificates were revoked (it is {snapshot.Node}); {OwnRevocation.Advice}");
        if (!state.Nodes.ContainsKey(snapshot.Node)) return ReturnPlan.Ask($"the cluster has no manager {snapshot.Node}");
        var (next, refusal) = TokenBook.Renew(state, snapshot.Node, NodeRole.Manager, snapshot.Key, now);
        if (refusal is not null) return ReturnPlan.Ask(refusal);
        if ((now - snapshot.StoreNow).Duration() > CertificateAuthority.ClockSkew)
            return ReturnPlan.Ask($"by the clock of the store it is {snapshot.StoreNow:u}, and by this machine's {now:u}: set the clock that is wrong");
        using var authority = X509Certificate2.CreateFromPem(RotationBook.Issuer(state).Authority);
        if (authority.NotAfter.ToUniversalTime() is var end && end <= now)
            return ReturnPlan.End($"the authority of the cluster itself ended on {end:u}, and with it all certificates: no other one can be issued, and no machine can join");
        return snapshot.Others.Where(other => snapshot.StoreNow - other.At <= LeftOverAfter).MaxBy(other => other.At) is { } alive
            ? ReturnPlan.Ask(
                $"it gives itself none, since another manager can give it a token: {alive.Name} at {alive.Endpoint}, which was there at {alive.At:u}; "
                + $"if that one is off, start this one again after {alive.At + LeftOverAfter:u}")
            : ReturnPlan.Issue(next);
    }

    private static TimeSpan LeftOver(ClusterMembershipOptions options) => (options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit) + CertificateAuthority.ClockSkew;
}
