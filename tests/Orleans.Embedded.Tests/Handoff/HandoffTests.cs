using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Metadata;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Handoff;

public sealed class HandoffTests : IDisposable
{
    private static readonly SiloAddress Here = SiloAddress.FromParsableString("127.0.0.1:1001@1");
    private static readonly SiloAddress There = SiloAddress.FromParsableString("127.0.0.1:1002@1");
    private static readonly ClusterView Before = View(1, There);
    private static readonly ClusterView After = View(2, Here, There);

    private readonly ClusterViewSource _views = new(NullLogger<ClusterViewSource>.Instance);
    private readonly EngineInstruments _instruments = new(null);
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly SiloRuntime _runtime;

    public HandoffTests()
    {
        var setup = new RuntimeSetup(
            _services, TimeProvider.System, _instruments, new EngineLog(NullLogger<EngineLog>.Instance), TimeSpan.FromSeconds(30), [], false);
        var silo = new SiloSetup(
            new Self(), _views, [], 10, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15), new Dictionary<string, TimeSpan>(), TimeSpan.FromMinutes(1));
        _runtime = new SiloRuntime(setup, silo, new TypeCatalog([], [], []));
    }

    [Fact]
    public async Task MustWait_TheViewIsKnownButNotYetToldToTheHandoff_WaitsForIt()
    {
        _views.TryAdvance(Before);
        await _runtime.OnViewAsync(ClusterView.Empty, Before);
        _views.TryAdvance(After);

        _runtime.Handoff.MustWait(GrainThatMovesHere()).ShouldBeTrue();
    }

    [Fact]
    public async Task MustWait_TheFormerOwnerHasNotReleased_WaitsForIt()
    {
        await MoveAsync();

        _runtime.Handoff.MustWait(GrainThatMovesHere()).ShouldBeTrue();
    }

    [Fact]
    public async Task MustWait_TheFormerOwnerHasReleasedAll_GoesAhead()
    {
        await MoveAsync();
        using var writer = new Orleans.Serialization.WireWriter();
        writer.WriteVarint(2);
        var reader = new Orleans.Serialization.WireReader(writer.WrittenSpan);

        _runtime.Handoff.OnReleasedAll(There, ref reader);

        _runtime.Handoff.MustWait(GrainThatMovesHere()).ShouldBeFalse();
    }

    public void Dispose()
    {
        _runtime.Dispose();
        _instruments.Dispose();
        _services.Dispose();
    }

    private static ClusterView View(long version, params SiloAddress[] active) =>
        new(new MembershipVersion(version), active.Select(static silo => new ViewMember(silo, SiloStatus.Active, silo.ToString(), 0)));

    private static GrainId GrainThatMovesHere() =>
        Enumerable.Range(0, 1000).Select(static number => GrainId.Create("counter", $"c{number}")).First(static grain => Here.Equals(After.Ring.OwnerOf(grain)));

    private sealed class Self : ILocalSiloDetails
    {
        public string Name => "here";

        public string ClusterId => "test";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => Here;

        public SiloAddress GatewayAddress => Here;
    }

    private async Task MoveAsync()
    {
        _views.TryAdvance(Before);
        await _runtime.OnViewAsync(ClusterView.Empty, Before);
        _views.TryAdvance(After);
        await _runtime.OnViewAsync(Before, After);
    }
}
