using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Grains.Tests.Clusters;

public sealed class RotationBookTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly NodeId s_first = new("n1"), s_second = new("n2");

    private readonly CertificateAuthority _old = CertificateAuthority.Create("c1", s_now), _new = CertificateAuthority.Create("c1", s_now);
    private readonly ClusterState _state;

    public RotationBookTests() => _state = new()
    {
        Cluster = new() { Id = "c1", Authority = _old.Certificate, CreatedAt = s_now },
        SealedKey = new byte[] { 1 },
        Nodes = new ClusterState().Nodes.Add(s_first, new(NodeRole.Worker, "key 1", s_now)).Add(s_second, new(NodeRole.Worker, "key 2", s_now)),
        Tokens = [.. TokenBook.Add(new(), JoinToken.Create(new string('a', 64)), new() { Role = NodeRole.Worker }, s_now).Tokens],
    };

    private static readonly TimeSpan s_deadline = TimeSpan.FromDays(7);

    private ClusterState Begun => RotationBook.Begin(_state, _new.Certificate, new byte[] { 2 }, s_now);

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public void Begin_BothAreTrustedAndTheOldOneIssues()
    {
        var trust = RotationBook.Trust(Begun);

        trust.Authorities.ShouldBe([_old.Certificate, _new.Certificate]);
        trust.Issuer.ShouldBe(RotationBook.DigestOf(_old.Certificate));
        trust.Version.ShouldBe(RotationBook.Trust(_state).Version + 1);
        RotationBook.Begin(Begun, _old.Certificate, new byte[] { 3 }, s_now).Rotation!.Authority.ShouldBe(_new.Certificate);
    }

    [Fact]
    public void Report_AllTrustBoth_TheNewOneIssuesAndTokensOfTheOldAreRevoked()
    {
        var state = Reissuing();

        state.Rotation!.Step.ShouldBe(RotationStep.Reissuing);
        RotationBook.Issuer(state).Authority.ShouldBe(_new.Certificate);
        RotationBook.Issuer(state).Number.ShouldBe(2);
        RotationBook.Trust(state).Authorities.Length.ShouldBe(2);
        RotationBook.Trust(state).Former.ShouldBe([RotationBook.DigestOf(_old.Certificate)]);
        state.Tokens.ShouldHaveSingleItem().Record.RevokedAt.ShouldBe(s_now);
    }

    [Fact]
    public void Report_EarlierVersionOrTwiceOrStranger_ChangesNothing()
    {
        var report = new TrustReport(Begun.Rotation!.Since - 1, RotationBook.DigestOf(_old.Certificate));
        var begun = Begun;
        Report(begun, s_first, report, s_now).ShouldBeSameAs(begun);

        var once = Report(begun, s_first, Trusting(begun), s_now);
        RotationBook.Describe(once, s_deadline).Missing.ShouldBe([s_second]);
        Report(once, s_first, Trusting(once), s_now).ShouldBeSameAs(once);
        Report(once, new("n9"), Trusting(once), s_now).ShouldBeSameAs(once);
    }

    [Fact]
    public void Report_AllHaveCertificatesOfTheNew_OnlyItIsTrusted()
    {
        var state = Reissuing();
        var report = new TrustReport(RotationBook.Trust(state).Version, RotationBook.DigestOf(_new.Certificate));
        state = Report(state, s_first, new(report.Version, RotationBook.DigestOf(_old.Certificate)), s_now);
        state.Rotation!.Done.ShouldBeEmpty();

        state = Report(Report(state, s_first, report, s_now), s_second, report, s_now);

        state.Rotation.ShouldBeNull();
        RotationBook.Trust(state).Authorities.ShouldBe([_new.Certificate]);
        state.SealedKey.ToArray().ShouldBe([2]);
        RotationBook.NumberOf(state).ShouldBe(2);
    }

    [Fact]
    public void Dismiss_TheLastOneMissing_BringsTheRotationOn()
    {
        var state = Report(Begun, s_first, Trusting(Begun), s_now);

        RevocationBook.Dismiss(state, s_second, s_now).Rotation!.Step.ShouldBe(RotationStep.Reissuing);
    }

    [Fact]
    public void LeaveBehind_OnlyAtTheStepThatWasMeant()
    {
        var begun = Begun;

        RotationBook.LeaveBehind(begun, RotationStep.Reissuing, s_now).ShouldBeSameAs(begun);
        RotationBook.LeaveBehind(begun, RotationStep.Trusting, s_now).Rotation!.Step.ShouldBe(RotationStep.Reissuing);
        RotationBook.LeaveBehind(_state, RotationStep.Trusting, s_now).ShouldBeSameAs(_state);
    }

    [Fact]
    public void Report_SeveralAtOnce_AreOneChange()
    {
        var begun = Begun;
        var report = Trusting(begun);

        RotationBook.IsNews(begun, s_first, report).ShouldBeTrue();
        var next = RotationBook.Report(begun, new Dictionary<NodeId, TrustReport> { [s_first] = report, [s_second] = report, [new("n9")] = report }, s_now);

        next.Rotation!.Step.ShouldBe(RotationStep.Reissuing);
        next.TrustChanges.ShouldBe(begun.TrustChanges + 1);
        RotationBook.IsNews(begun, s_first, new(begun.Rotation!.Since - 1, "")).ShouldBeFalse();
        RotationBook.IsNews(begun, new("n9"), report).ShouldBeFalse();
        RotationBook.IsNews(_state, s_first, report).ShouldBeFalse();
    }

    [Fact]
    public void Deadline_EachStepHasItsOwnAndIsToldOnceADay()
    {
        RotationBook.TellAt(_state, s_deadline).ShouldBeNull();
        RotationBook.Describe(_state, s_deadline).DueAt.ShouldBeNull();
        var begun = Begun;
        RotationBook.TellAt(begun, s_deadline).ShouldBe(s_now + s_deadline);
        RotationBook.Describe(begun, s_deadline).DueAt.ShouldBe(s_now + s_deadline);

        var told = RotationBook.Told(begun, s_now.AddDays(7));
        RotationBook.TellAt(told, s_deadline).ShouldBe(s_now.AddDays(8));
        RotationBook.Describe(told, s_deadline).DueAt.ShouldBe(s_now + s_deadline);

        var next = RotationBook.LeaveBehind(told, RotationStep.Trusting, s_now.AddDays(9));
        RotationBook.TellAt(next, s_deadline).ShouldBe(s_now.AddDays(16));
        RotationBook.TellAt(RotationBook.LeaveBehind(next, RotationStep.Reissuing, s_now.AddDays(9)), s_deadline).ShouldBeNull();
    }

    private static ClusterState Report(ClusterState state, NodeId node, TrustReport report, DateTimeOffset now) =>
        RotationBook.Report(state, new Dictionary<NodeId, TrustReport> { [node] = report }, now);

    private static TrustReport Trusting(ClusterState state) => new(RotationBook.Trust(state).Version, "");

    private ClusterState Reissuing()
    {
        var state = Report(Begun, s_first, Trusting(Begun), s_now);
        return Report(state, s_second, Trusting(state), s_now);
    }
}
