using Orleans.Runtime.Membership;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

public sealed class ClusterViewTests
{
    [Fact]
    public void Ring_SilosInEveryStatus_HoldsTheActiveOnly()
    {
        var view = View(1, [.. Enum.GetValues<SiloStatus>().Select((status, i) => Member(Silo(i + 1), status))]);

        view.Active.ShouldBe([Silo(4)]);
        view.Ring.Silos.ShouldBe([Silo(4)]);
        view.Find(Silo(4))!.Status.ShouldBe(SiloStatus.Active);
    }

    [Fact]
    public void StatusOf_LaterLifeAtTheEndpoint_IsDead()
    {
        var view = View(1, Member(Silo(1, 1)), Member(Silo(1, 2), SiloStatus.Joining), Member(Silo(2)));

        view.StatusOf(Silo(1, 1)).ShouldBe(SiloStatus.Dead);
        view.StatusOf(Silo(1, 2)).ShouldBe(SiloStatus.Joining);
        view.StatusOf(Silo(1, 3)).ShouldBe(SiloStatus.None);
        view.StatusOf(Silo(2, 0)).ShouldBe(SiloStatus.Dead);
        view.StatusOf(Silo(2)).ShouldBe(SiloStatus.Active);
        view.StatusOf(Silo(3)).ShouldBe(SiloStatus.None);
    }

    [Fact]
    public void ChangesSince_AddedChangedAndMissing_NamesEachOnce()
    {
        var before = View(1, Member(Silo(1)), Member(Silo(2)), Member(Silo(3)), Member(Silo(5), SiloStatus.Dead));
        var now = View(2, Member(Silo(2), SiloStatus.ShuttingDown), Member(Silo(3)), Member(Silo(4), SiloStatus.Joining));

        now.ChangesSince(before).ShouldBe(
            [(Silo(1), SiloStatus.Dead), (Silo(2), SiloStatus.ShuttingDown), (Silo(4), SiloStatus.Joining)]);
    }

    [Fact]
    public void Of_Table_TakesRowsAndVersion()
    {
        var entry = new MembershipEntry { SiloAddress = Silo(1), Status = SiloStatus.Active, SiloName = "a", HostName = "h", ProxyPort = 7 };

        var view = ClusterView.Of(new MembershipTableData(Tuple.Create(entry, "etag"), new TableVersion(9, "e")));

        view.Version.ShouldBe(new MembershipVersion(9));
        view.Members.ShouldBe([new ViewMember(Silo(1), SiloStatus.Active, "a", 7)]);
    }
}
