using Warren.Grains.Tests.Testing;
using Warren.Services;

namespace Warren.Grains.Tests.Services;

public sealed class ServiceSpecValidatorTests
{
    [Fact]
    public void Validate_Defaults_HasNoProblem()
    {
        ServiceSpecValidator.Validate(A.Service()).ShouldBeEmpty();
        ServiceSpecValidator.Validate(A.Cron("0 4 * * sun", "Europe/Berlin")).ShouldBeEmpty();
        ServiceSpecValidator.Validate(A.Service() with { Mode = ServiceMode.Global }).ShouldBeEmpty();
        ServiceSpecValidator.Validate(A.Service() with { Mode = ServiceMode.Job, Job = JobSpec.Default }).ShouldBeEmpty();
    }

    [Fact]
    public void Validate_EverythingGiven_HasNoProblem()
    {
        var spec = A.Service().WithConstraints("node.labels.zone==eu", "node.role != manager") with
        {
            Replicas = 3,
            Labels = A.Map(("team", "shop")),
            Secrets = [new() { Secret = new("db-password"), OnChange = Warren.Secrets.ReferencePolicy.InPlace, Signal = "SIGHUP" }],
            Configs = [new() { Config = new("nginx.conf"), Target = "/etc/nginx/nginx.conf" }],
            Restart = new() { Condition = RestartCondition.OnFailure, Delay = TimeSpan.FromSeconds(1), MaxAttempts = 3 },
            Update = new() { Parallelism = 2, Order = UpdateOrder.StopFirst, Delay = TimeSpan.FromSeconds(10) },
            Priority = 100,
        };
        ServiceSpecValidator.Validate(spec).ShouldBeEmpty();
    }

    [Fact]
    public void Validate_SeveralFaults_TellsAllWithTheirPaths()
    {
        var spec = A.Service().WithConstraints("node.labels.zone==eu", "zone=eu") with
        {
            Replicas = -1,
            Priority = 101,
            Update = new() { Parallelism = 0, Order = (UpdateOrder)9 },
            Cron = new() { Schedule = "* * *", TimeZone = "Mars/Base" },
        };
        Texts(spec).ShouldBe(
        [
            "priority: must be 0 to 100, was 101",
            "replicas: must be 0 to 100000, was -1",
            "cron: must be left out with mode replicated",
            "cron.schedule: must have five fields (minute, hour, day of month, month, day of week), had 3: '* * *'",
            "cron.timeZone: must be the IANA name of a time zone that this machine knows (Debian: package tzdata), such as Europe/Berlin, was 'Mars/Base'",
            "placement.constraints[1]: must be <attribute>==<value> or <attribute>!=<value>, was 'zone=eu'",
            "update.parallelism: must be at least 1, was 0",
            "update.order: must be one of Auto, StartFirst, StopFirst, was 9",
        ]);
    }

    public static TheoryData<string, ServiceSpec, string> Faults { get; } = new()
    {
        { "no name", A.Service() with { Name = default }, "name: must be given: 1 to 40 of a-z, 0-9 and '-', beginning and ending with a letter or digit" },
        { "reserved label", A.Service() with { Labels = A.Map(("warren.x", "")) }, "labels[warren.x]: must not begin with warren., which is for Warren's own" },
        { "label with a space", A.Service() with { Labels = A.Map(("a b", "")) }, "labels[a b]: must have a name of 1 to 256 printable characters without '=' and '!', was 'a b'" },
        { "unknown mode", A.Service() with { Mode = (ServiceMode)7 }, "mode: must be one of Replicated, Global, Job, Cron, was 7" },
        { "replicas of a job", A.Service() with { Mode = ServiceMode.Job, Replicas = 2 }, "replicas: must be left out with mode job, was 2; see job.completions" },
        { "replicas of global", A.Service() with { Mode = ServiceMode.Global, Replicas = 2 }, "replicas: must be left out with mode global, was 2" },
        { "job settings of a service", A.Service() with { Job = JobSpec.Default }, "job: must be left out with mode replicated" },
        { "long traffic grace", A.Service() with { TrafficGrace = TimeSpan.FromMinutes(11) }, "trafficGrace: must be 0 s to 10 min, was 11 min" },
        { "traffic grace of a job", AJob(JobSpec.Default) with { TrafficGrace = TimeSpan.Zero }, "trafficGrace: must be left out with mode job: its tasks take no traffic" },
        { "completions", AJob(new() { Completions = 0 }), "job.completions: must be 1 to 9999, was 0" },
        { "parallelism", AJob(new() { Parallelism = 0 }), "job.parallelism: must be at least 1, was 0" },
        { "retries", AJob(new() { Retries = -1 }), "job.retries: must be 0 to 1000, was -1" },
        { "deadline", AJob(new() { Deadline = TimeSpan.Zero }), "job.deadline: must be 1 s to 366 days, was 0 s" },
        { "kept runs", AJob(new() { KeptRuns = 0 }), "job.keptRuns: must be 1 to 1000, was 0" },
        { "no schedule", A.Cron() with { Cron = null }, "cron: must be given with mode cron" },
        { "missed runs", A.Cron() with { Cron = new() { Schedule = "@daily", MissedRuns = (MissedRunPolicy)5 } }, "cron.missedRuns: must be one of RunOnce, Skip, RunAll, was 5" },
        { "missed run limit", A.Cron() with { Cron = new() { Schedule = "@daily", MissedRunLimit = TimeSpan.Zero } }, "cron.missedRunLimit: must be 1 s to 366 days, was 0 s" },
        { "overlap", A.Cron() with { Cron = new() { Schedule = "@daily", Overlap = (OverlapPolicy)5 } }, "cron.overlap: must be one of Skip, Allow, Replace, was 5" },
        { "update of a job", AJob(JobSpec.Default) with { Update = new() { Parallelism = 2 } }, "update: must be left out with mode job: a changed spec begins a new run" },
        { "any with a job", AJob(JobSpec.Default) with { Restart = new() { Condition = RestartCondition.Any } }, "restart.condition: must be OnFailure or None with mode job, was Any" },
        { "attempts of a job", AJob(JobSpec.Default) with { Restart = new() { MaxAttempts = 2 } }, "restart.maxAttempts: must be left out with mode job; see job.retries" },
        { "delay", WithRestart(new() { Delay = TimeSpan.FromSeconds(-1) }), "restart.delay: must be 0 s to 366 days, was -1 s" },
        { "backoff", WithRestart(new() { Backoff = TimeSpan.FromSeconds(-1) }), "restart.backoff: must be 0 s to 366 days, was -1 s" },
        { "factor", WithRestart(new() { BackoffFactor = 0.5 }), "restart.backoffFactor: must be 1 to 10, was 0.5" },
        { "factor is no number", WithRestart(new() { BackoffFactor = double.NaN }), "restart.backoffFactor: must be 1 to 10, was NaN" },
        { "cap", WithRestart(new() { Delay = TimeSpan.FromMinutes(2) }), "restart.maxDelay: must be 2 min to 366 days, was 1 min" },
        { "window", WithRestart(new() { Window = TimeSpan.FromSeconds(60) }), "restart.window: must be more than restart.maxDelay, 1 min, was 1 min" },
        { "attempts", WithRestart(new() { MaxAttempts = 0 }), "restart.maxAttempts: must be at least 1, was 0" },
        { "pause", WithUpdate(new() { Delay = TimeSpan.FromSeconds(-1) }), "update.delay: must be 0 s to 366 days, was -1 s" },
        { "monitor", WithUpdate(new() { Monitor = TimeSpan.FromSeconds(-1) }), "update.monitor: must be 0 s to 366 days, was -1 s" },
        { "ready timeout", WithUpdate(new() { ReadyTimeout = TimeSpan.FromMilliseconds(10) }), "update.readyTimeout: must be 1 s to 366 days, was 0.01 s" },
        { "on failure", WithUpdate(new() { OnFailure = (UpdateFailureAction)4 }), "update.onFailure: must be one of Pause, Continue, was 4" },
        { "max per node", WithPlacement(new() { MaxPerNode = 0 }), "placement.maxPerNode: must be at least 1, was 0" },
        { "strategy", WithPlacement(new() { Strategy = (PlacementStrategy)3 }), "placement.strategy: must be one of Spread, BinPack, was 3" },
        { "spread twice", WithPlacement(new() { Spread = ["node.id", "node.id"] }), "placement.spread[1]: must not repeat an attribute, was 'node.id'" },
        { "global spread", WithPlacement(new() { Spread = ["node.id"] }) with { Mode = ServiceMode.Global }, "placement.spread: must be left out with mode global" },
        { "global binpack", WithPlacement(new() { Strategy = PlacementStrategy.BinPack }) with { Mode = ServiceMode.Global }, "placement.strategy: must be left out with mode global" },
        { "global max", WithPlacement(new() { MaxPerNode = 1 }) with { Mode = ServiceMode.Global }, "placement.maxPerNode: must be left out with mode global" },
        { "job rebalance", AJob(JobSpec.Default) with { Placement = new() { Rebalance = true } }, "placement.rebalance: must be left out with mode job" },
        { "rebalance of filled nodes", WithPlacement(new() { Rebalance = true, Strategy = PlacementStrategy.BinPack }), "placement.rebalance: must be left out with strategy BinPack unless placement.spread is given: nodes that are filled up are never even" },
        { "no secret", A.Service() with { Secrets = [new() { Secret = default, Target = "/s" }] }, "secrets[0].secret: must be given: 1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit" },
        { "two at one path", A.Service() with { Secrets = [new() { Secret = new("a"), Target = "/x" }], Configs = [new() { Config = new("b"), Target = "/x" }] }, "configs[0].target: must not be that of another mount, secret or config, was '/x'" },
        { "on a mount", A.Service() with { Container = A.Service().Container with { Mounts = [new() { Kind = Warren.Containers.MountKind.Tmpfs, Target = "/x" }] }, Configs = [new() { Config = new("b"), Target = "/x" }] }, "configs[0].target: must not be that of another mount, secret or config, was '/x'" },
        { "path", A.Service() with { Configs = [new() { Config = new("b"), Target = "/x/../y" }] }, "configs[0].target: must be an absolute path of a file without '.', '..' and empty parts, was '/x/../y'" },
        { "mode bits", A.Service() with { Configs = [new() { Config = new("b"), Mode = 512 }] }, "configs[0].mode: must be 0 to 0777, was 01000" },
        { "uid", A.Service() with { Configs = [new() { Config = new("b"), Uid = -1 }] }, "configs[0].uid: must be at least 0, was -1" },
        { "gid", A.Service() with { Configs = [new() { Config = new("b"), Gid = -1 }] }, "configs[0].gid: must be at least 0, was -1" },
        { "on change", A.Service() with { Secrets = [new() { Secret = new("b"), OnChange = (Warren.Secrets.ReferencePolicy)9 }] }, "secrets[0].onChange: must be one of Keep, Rollout, InPlace, was 9" },
        { "container", A.Service() with { Container = new() { Image = "x", StopSignal = "SIGNO" } }, "container.stopSignal: must be a signal's name such as SIGTERM, or a number from 1 to 64, was 'SIGNO'" },
        { "in place elsewhere", A.Service() with { Configs = [new() { Config = new("b"), OnChange = Warren.Secrets.ReferencePolicy.InPlace }] }, "configs[0].target: must be directly in /run/configs or /run/secrets, where files can be replaced in place, was '/b'" },
        { "mount at the folder of secrets", A.Service() with { Container = new() { Image = "x", Mounts = [new() { Kind = Warren.Containers.MountKind.Tmpfs, Target = "/run/secrets/" }] }, Secrets = [new() { Secret = new("b") }] }, "secrets[0].target: must not be in /run/secrets where that is a mount, was '/run/secrets/b'" },
        { "unknown signal", A.Service() with { Secrets = [new() { Secret = new("b"), OnChange = Warren.Secrets.ReferencePolicy.InPlace, Signal = "NO" }] }, "secrets[0].signal: must be a signal's name such as SIGHUP, or a number from 1 to 64, was 'NO'" },
        { "signal without use", A.Service() with { Secrets = [new() { Secret = new("b"), Signal = "HUP" }] }, "secrets[0].signal: must be left out unless onChange is InPlace, was 'HUP'" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OneFault_TellsThatOne(string what, ServiceSpec spec, string expected) =>
        Texts(spec).ShouldBe([expected], what);

    private static ServiceSpec AJob(JobSpec job) => A.Service() with { Mode = ServiceMode.Job, Job = job };

    private static ServiceSpec WithRestart(RestartSpec restart) => A.Service() with { Restart = restart };

    private static ServiceSpec WithUpdate(UpdateSpec update) => A.Service() with { Update = update };

    private static ServiceSpec WithPlacement(PlacementSpec placement) => A.Service() with { Placement = placement };

    private static string[] Texts(ServiceSpec spec) => [.. ServiceSpecValidator.Validate(spec).Select(problem => problem.ToString())];
}
