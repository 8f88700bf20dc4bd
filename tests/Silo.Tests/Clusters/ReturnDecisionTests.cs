using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Nodes;
using Warren.Security;
using Warren.Silo.Clusters;

namespace Warren.Silo.Tests.Clusters;

public sealed class ReturnDecisionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly NodeId s_node = new("m1");
    private static readonly JoinedNode s_manager = new(NodeRole.Manager, "key", s_now.AddDays(-200), s_now.AddDays(-10));
    private static readonly ReturnSnapshot s_snapshot = Of(StateOf(s_now.AddDays(-200), s_manager));

    [Fact]
    public void Compute_KnownAndNobodyIsThere_Issues()
    {
        var plan = ReturnDecision.Compute(s_snapshot);
        plan.Next.ShouldBe(s_snapshot.State);
        plan.Refusal.ShouldBeNull();
    }

    [Theory]
    [InlineData(389, false)]
    [InlineData(391, true)]
    public void Compute_AnotherManagerWasThere_AsksForATokenUntilThatIsLongAgo(int secondsAgo, bool isIssued)
    {
        var at = s_now.AddSeconds(-secondsAgo);
        var plan = ReturnDecision.Compute(s_snapshot with { Others = [new("old", "10.0.0.3:2390", s_now.AddDays(-100)), new("m2", "10.0.0.2:2390", at)] });
        (plan.Next is not null, plan.IsFinal).ShouldBe((isIssued, false));
        if (!isIssued)
        {
            plan.Refusal.ShouldBe(
                "it gives itself none, since another manager can give it a token: m2 at 10.0.0.2:2390, which was there at 2026-06-01 11:53:31Z; if that one is off, start this one again after 2026-06-01 12:00:01Z");
        }
    }

    /// <summary>By a clock that is ahead its certificate would have ended, and all others would be long gone.</summary>
    [Theory]
    [InlineData(299, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void Compute_ClockIsAnotherThanTheStores_IssuesWhileThatIsTolerated(int seconds, bool isIssued)
    {
        var plan = ReturnDecision.Compute(s_snapshot with { StoreNow = s_now.AddSeconds(-seconds) });
        (plan.Next is not null, plan.IsFinal).ShouldBe((isIssued, false));
        if (seconds == 301) plan.Refusal.ShouldBe("by the clock of the store it is 2026-06-01 11:54:59Z, and by this machine's 2026-06-01 12:00:00Z: set the clock that is wrong");
    }

    [Fact]
    public void Compute_ManagerThatWasRemoved_IsRefusedForGood() =>
        ShouldEnd(Of(StateOf(s_now.AddDays(-200), s_manager with { RemovedAt = s_now.AddDays(-50) })), "this manager's certificates were revoked (it is m1); to bring the machine back, ");

    /// <summary>As with a store that was brought back from before it.</summary>
    [Fact]
    public void Compute_ManagerThatHasHeardThatItWasRevoked_IsRefusedForGood() =>
        ShouldEnd(s_snapshot with { HasHeardOfRevocation = true }, "this manager's certificates were revoked (it is m1); to bring the machine back, ");

    [Fact]
    public void Compute_AuthorityHasEnded_IsRefusedForGood() => ShouldEnd(
        Of(StateOf(s_now.AddYears(-10), s_manager)),
        "the authority of the cluster itself ended on 2026-06-01 12:00:00Z, and with it all certificates: no other one can be issued, and no machine can join");

    /// <summary>By the one that issues now, whichever the others are.</summary>
    [Fact]
    public void Compute_AuthorityHasEndedAndTheNextOneIssues_Issues()
    {
        using var next = CertificateAuthority.Create("c", s_now.AddDays(-20));
        var state = StateOf(s_now.AddYears(-10), s_manager) with { Rotation = new(next.Certificate, next.ExportKey(), RotationStep.Reissuing, s_now.AddDays(-20), [], 2) };
        ReturnDecision.Compute(Of(state)).Next.ShouldBe(state);
    }

    [Fact]
    public void Compute_NotTheOneThatTheStoreKnows_AsksForAToken()
    {
        ShouldAsk(s_snapshot with { Node = new("m9") }, "the cluster has no manager m9");
        ShouldAsk(s_snapshot with { Key = "another" }, "the node m1 has joined with another key; a node keeps its key for good");
        ShouldAsk(Of(StateOf(s_now.AddDays(-200), s_manager with { Role = NodeRole.Worker })), "the node m1 has joined as a worker, and cannot be a manager as well");
        ShouldAsk(s_snapshot with { Cluster = "d" }, "the store is not that of the cluster of its certificate: it is that of c, and the certificate is of d");
        ShouldAsk(s_snapshot with { State = new() }, "the store is not that of the cluster of its certificate: it is that of none that has an authority of its own, and the certificate is of c");
    }

    private static void ShouldAsk(ReturnSnapshot snapshot, string refusal)
    {
        var plan = ReturnDecision.Compute(snapshot);
        (plan.Refusal, plan.IsFinal, plan.Next).ShouldBe((refusal, false, null));
    }

    private static void ShouldEnd(ReturnSnapshot snapshot, string refusal)
    {
        var plan = ReturnDecision.Compute(snapshot);
        (plan.IsFinal, plan.Next).ShouldBe((true, null));
        plan.Refusal.ShouldNotBeNull().ShouldStartWith(refusal);
    }

    private static ClusterState StateOf(DateTimeOffset madeAt, JoinedNode manager)
    {
        using var authority = CertificateAuthority.Create("c", madeAt);
        var state = new ClusterState { Cluster = new() { Id = "c", Authority = authority.Certificate, CreatedAt = madeAt }, SealedKey = authority.ExportKey() };
        return state with { Nodes = state.Nodes.Add(s_node, manager) };
    }

    private static ReturnSnapshot Of(ClusterState state) => new()
    {
        State = state,
        Cluster = "c",
        Node = s_node,
        Key = "key",
        HasHeardOfRevocation = false,
        Others = [],
        Now = s_now,
        StoreNow = s_now,
    };
}
