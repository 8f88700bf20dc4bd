using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime.Membership;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

public sealed class SiloStatusOracleTests : IDisposable
{
    private readonly ClusterViewSource _views = new(NullLogger<ClusterViewSource>.Instance);
    private readonly SiloStatusOracle _oracle;

    public SiloStatusOracleTests() => _oracle = new(new Details(), _views, NullLogger<SiloStatusOracle>.Instance);

    public void Dispose() => _oracle.Dispose();

    [Fact]
    public void CurrentStatus_BeforeAnyView_IsCreated()
    {
        _oracle.CurrentStatus.ShouldBe(SiloStatus.Created);
        _oracle.GetActiveSilos().ShouldBeEmpty();
        (_oracle.SiloName, _oracle.SiloAddress).ShouldBe(("silo-1", Silo(1)));
    }

    [Fact]
    public void Questions_AboutAView_AreAnsweredFromIt()
    {
        _views.TryAdvance(View(1, Member(Silo(1)), Member(Silo(2), SiloStatus.Dead), Member(Silo(3), SiloStatus.Joining)));

        _oracle.CurrentStatus.ShouldBe(SiloStatus.Active);
        _oracle.GetActiveSilos().ShouldBe([Silo(1)]);
        _oracle.IsDeadSilo(Silo(2)).ShouldBeTrue();
        _oracle.IsDeadSilo(Silo(9)).ShouldBeFalse();
        _oracle.GetApproximateSiloStatus(Silo(3)).ShouldBe(SiloStatus.Joining);
        _oracle.GetApproximateSiloStatus(Silo(9)).ShouldBe(SiloStatus.None);
        _oracle.GetApproximateSiloStatuses().Count.ShouldBe(3);
        _oracle.GetApproximateSiloStatuses(onlyActive: true).ShouldBe(new Dictionary<SiloAddress, SiloStatus> { [Silo(1)] = SiloStatus.Active });
        _oracle.TryGetSiloName(Silo(3), out var name).ShouldBeTrue();
        name.ShouldBe("silo-3");
        _oracle.TryGetSiloName(Silo(9), out _).ShouldBeFalse();
    }

    [Fact]
    public void Listener_ViewsChange_IsToldEachChange()
    {
        var (faulty, listener) = (new Listener(fails: true), new Listener(fails: false));
        _oracle.SubscribeToSiloStatusEvents(faulty).ShouldBeTrue();
        _oracle.SubscribeToSiloStatusEvents(listener).ShouldBeTrue();
        _oracle.SubscribeToSiloStatusEvents(listener).ShouldBeFalse();

        _views.TryAdvance(ViewOf(1, 1, 2));
        _views.TryAdvance(View(2, Member(Silo(1)), Member(Silo(2), SiloStatus.Dead)));
        _oracle.UnSubscribeFromSiloStatusEvents(listener).ShouldBeTrue();
        _oracle.UnSubscribeFromSiloStatusEvents(listener).ShouldBeFalse();
        _views.TryAdvance(ViewOf(3, 1));

        listener.Told.ShouldBe([(Silo(1), SiloStatus.Active), (Silo(2), SiloStatus.Active), (Silo(2), SiloStatus.Dead)]);
    }

    private sealed class Details : ILocalSiloDetails
    {
        public string Name => "silo-1";

        public string ClusterId => "test";

        public string DnsHostName => "host";

        public SiloAddress SiloAddress => Silo(1);

        public SiloAddress? GatewayAddress => null;
    }

    private sealed class Listener(bool fails) : ISiloStatusListener
    {
        public List<(SiloAddress, SiloStatus)> Told { get; } = [];

        public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
        {
            if (fails) throw new InvalidOperationException("planted");
            Told.Add((updatedSilo, status));
        }
    }
}
