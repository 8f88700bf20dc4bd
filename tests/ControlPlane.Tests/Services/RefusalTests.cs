using Warren.ControlPlane.Tests.Testing;
using Warren.Secrets;
using Warren.Services;

namespace Warren.ControlPlane.Tests.Services;

public sealed class RefusalTests : IAsyncLifetime
{
    private static readonly ServiceSpec s_good = A.Service();

    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Apply_WrongSpecs_EachIsRefusedWithItsRule()
    {
        foreach (var (spec, problem) in Wrong)
        {
            var refusal = await Should.ThrowAsync<ValidationException>(() => _cluster.Service().ApplyAsync(spec), problem);
            refusal.Problems.Select(one => one.ToString()).ShouldBe([problem]);
        }

        Wrong.Length.ShouldBeGreaterThanOrEqualTo(20);
        (await _cluster.Service().GetAsync()).ShouldBeNull();
        _cluster.Store.Rows.Keys.ShouldNotContain(row => row.StartsWith("service/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_NamesWhatIsNotThere_AllAreNamedAtOnce()
    {
        var spec = s_good with
        {
            Secrets = [new() { Secret = new("key") }],
            Configs = [new() { Config = new("conf") }],
            Container = s_good.Container with { Mounts = [new() { Kind = Containers.MountKind.Volume, Source = "data", Target = "/data" }] },
        };
        var refusal = await Should.ThrowAsync<ValidationException>(() => _cluster.Service().ApplyAsync(spec));
        refusal.Problems.Select(one => one.ToString()).ShouldBe(
        [
            "secrets[0].secret: must name a secret that is there, was 'key'; make it first",
            "configs[0].config: must name a config that is there, was 'conf'; make it first",
            "container.mounts[0].source: must name a volume that is there, was 'data'; make it first",
        ]);
    }

    private static (ServiceSpec Spec, string Problem)[] Wrong =>
    [
        (s_good with { Name = new("api") }, "name: must be that of the service it is given to, web, was api"),
        (s_good with { Replicas = -1 }, "replicas: must be 0 to 100000, was -1"),
        (s_good with { Replicas = 100_001 }, "replicas: must be 0 to 100000, was 100001"),
        (s_good with { Priority = 101 }, "priority: must be 0 to 100, was 101"),
        (s_good with { TrafficGrace = TimeSpan.FromMinutes(11) }, "trafficGrace: must be 0 s to 10 min, was 11 min"),
        (s_good with { Mode = ServiceMode.Global }, "replicas: must be left out with mode global, was 1"),
        (s_good with { Mode = ServiceMode.Job, Update = UpdateSpec.Default }, "replicas: must be left out with mode job, was 1; see job.completions"),
        (s_good with { Job = new() }, "job: must be left out with mode replicated"),
        (s_good with { Cron = new() { Schedule = "@hourly" } }, "cron: must be left out with mode replicated"),
        (s_good with { Labels = s_good.Labels.Add("warren.x", "y") }, "labels[warren.x]: must not begin with warren., which is for Warren's own"),
        (s_good with { Restart = new() { BackoffFactor = 11 } }, "restart.backoffFactor: must be 1 to 10, was 11"),
        (s_good with { Restart = new() { MaxAttempts = 0 } }, "restart.maxAttempts: must be at least 1, was 0"),
        (s_good with { Restart = new() { Delay = TimeSpan.FromSeconds(-1) } }, "restart.delay: must be 0 s to 366 days, was -1 s"),
        (s_good with { Update = new() { Parallelism = 0 } }, "update.parallelism: must be at least 1, was 0"),
        (s_good with { Update = new() { Delay = TimeSpan.FromSeconds(-1) } }, "update.delay: must be 0 s to 366 days, was -1 s"),
        (s_good with { Update = new() { ReadyTimeout = TimeSpan.Zero } }, "update.readyTimeout: must be 1 s to 366 days, was 0 s"),
        (s_good with { Placement = new() { MaxPerNode = 0 } }, "placement.maxPerNode: must be at least 1, was 0"),
        (s_good with { Placement = new() { Spread = ["node.labels.zone", "node.labels.zone"] } }, "placement.spread[1]: must not repeat an attribute, was 'node.labels.zone'"),
        (s_good with { Secrets = [new() { Secret = new("key"), Mode = 0x1000 }] }, "secrets[0].mode: must be 0 to 0777, was 010000"),
        (s_good with { Secrets = [new() { Secret = new("key"), Uid = -1 }] }, "secrets[0].uid: must be at least 0, was -1"),
        (s_good with { Secrets = [new() { Secret = new("key"), Target = "/etc/key", OnChange = ReferencePolicy.InPlace }] },
            "secrets[0].target: must be directly in /run/configs or /run/secrets, where files can be replaced in place, was '/etc/key'"),
    ];
}
