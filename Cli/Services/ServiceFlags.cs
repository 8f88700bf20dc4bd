using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Services;

/// <summary>The flags of a service itself: how many, where, when and how its tasks are replaced.</summary>
internal static class ServiceFlags
{
    private static readonly Dictionary<string, ServiceMode> s_modes = new()
    {
        ["replicated"] = ServiceMode.Replicated,
        ["global"] = ServiceMode.Global,
        ["job"] = ServiceMode.Job,
        ["cron"] = ServiceMode.Cron,
    };

    private static readonly Dictionary<string, ReferencePolicy> s_policies = new()
    {
        ["keep"] = ReferencePolicy.Keep,
        ["rollout"] = ReferencePolicy.Rollout,
        ["in-place"] = ReferencePolicy.InPlace,
    };

    /// <summary>All flags of a spec.</summary>
    public static FlagSet Create(bool isUpdate)
    {
        var flags = new FlagSet(isUpdate);
        AddService(flags);
        AddRuns(flags);
        AddPlacement(flags);
        AddPolicies(flags);
        AddFiles(flags);
        ContainerFlags.AddTo(flags);
        ProbeFlags.AddTo(flags);
        return flags;
    }

    private static void AddService(FlagSet flags)
    {
        if (flags.IsUpdate) flags.One("--image", "image", "The image", (spec, _, text) => spec.Container.Image = text);
        else flags.One("--name", "name", "The name [default: that of the image]", (spec, _, text) => spec.Name = text);
        flags.Map("--label", "name=value", "A label of the service", spec => spec.Labels, "-l");
        flags.Choice("--mode", "How many tasks, and whether they end", s_modes, (spec, mode) => spec.Mode = mode);
        flags.One("--replicas", "number", "How many tasks run, with mode replicated [default: 1]", (spec, flag, text) => spec.Replicas = Values.Number(flag, text));
        flags.One("--priority", "number", "0 to 100; the higher is placed first when not all fit [default: 0]", (spec, flag, text) => spec.Priority = Values.Number(flag, text));
        flags.One(
            "--traffic-grace", "time", "How long a task runs on out of traffic before it is stopped [default: 1s with ports]",
            (spec, flag, text) => spec.TrafficGrace = Values.Time(flag, text).ToDuration());
    }

    private static void AddRuns(FlagSet flags)
    {
        flags.One("--completions", "number", "How many tasks of a job must complete [default: 1]", (spec, flag, text) => Job(spec).Completions = Values.Number(flag, text));
        flags.One("--max-concurrent", "number", "How many tasks of a job run at once [default: 1]", (spec, flag, text) => Job(spec).Parallelism = Values.Number(flag, text));
        flags.One("--retries", "number", "How often a task of a job is tried again [default: 3]", (spec, flag, text) => Job(spec).Retries = Values.Number(flag, text));
        flags.One("--deadline", "time", "How long a run of a job may take [default: for ever]", (spec, flag, text) => Job(spec).Deadline = Values.Time(flag, text).ToDuration());
        flags.One("--kept-runs", "number", "Results of how many runs are kept [default: 10]", (spec, flag, text) => Job(spec).KeptRuns = Values.Number(flag, text));
        flags.One("--schedule", "cron", "When runs begin, with mode cron: five fields, or @daily and the like", (spec, _, text) => Cron(spec).Schedule = text);
        flags.One("--time-zone", "zone", "The time zone of the schedule [default: UTC]", (spec, _, text) => Cron(spec).TimeZone = text);
        flags.Choice("--missed-runs", "What becomes of runs whose time has passed", new Dictionary<string, MissedRunPolicy>
        {
            ["run-once"] = MissedRunPolicy.RunOnce,
            ["skip"] = MissedRunPolicy.Skip,
            ["run-all"] = MissedRunPolicy.RunAll,
        }, (spec, policy) => Cron(spec).MissedRuns = policy);
        flags.One(
            "--missed-run-limit", "time", "A missed run older than this is left out [default: 1d]",
            (spec, flag, text) => Cron(spec).MissedRunLimit = Values.Time(flag, text).ToDuration());
        flags.Choice("--overlap", "When a run is due and the last one goes on", new Dictionary<string, OverlapPolicy>
        {
            ["skip"] = OverlapPolicy.Skip,
            ["allow"] = OverlapPolicy.Allow,
            ["replace"] = OverlapPolicy.Replace,
        }, (spec, policy) => Cron(spec).Overlap = policy);
        flags.Switch("--suspended", "Whether no run of the schedule begins", (spec, on) => Cron(spec).Suspended = on);
    }

    private static void AddPlacement(FlagSet flags)
    {
        flags.List("--constraint", "constraint", "What a node must meet, such as node.labels.zone==eu", spec => Placement(spec).Constraints);
        flags.Many(
            "--placement-pref", "spread=attribute", "Over what tasks are dealt out evenly, such as spread=node.labels.zone",
            (spec, flag, text) =>
            {
                var attribute = Spread(flag, text);
                if (!Placement(spec).Spread.Contains(attribute)) Placement(spec).Spread.Add(attribute);
            },
            (spec, text) => Placement(spec).Spread.Remove(Spread("--placement-pref-rm", text)));
        flags.Choice("--placement-strategy", "Which of the suitable nodes", new Dictionary<string, PlacementStrategy>
        {
            ["spread"] = PlacementStrategy.Spread,
            ["bin-pack"] = PlacementStrategy.BinPack,
        }, (spec, strategy) => Placement(spec).Strategy = strategy);
        flags.One("--replicas-max-per-node", "number", "The most tasks on one node [default: no limit]", (spec, flag, text) => Placement(spec).MaxPerNode = Values.Number(flag, text));
        flags.Switch("--rebalance", "Whether running tasks are moved when a node joins", (spec, on) => Placement(spec).Rebalance = on);
    }

    private static void AddPolicies(FlagSet flags)
    {
        flags.Choice("--restart-condition", "After which end a task gets a successor", new Dictionary<string, RestartCondition>
        {
            ["any"] = RestartCondition.Any,
            ["on-failure"] = RestartCondition.OnFailure,
            ["none"] = RestartCondition.None,
        }, (spec, condition) => Restart(spec).Condition = condition);
        flags.One("--restart-delay", "time", "The least time before a restart [default: 0]", (spec, flag, text) => Restart(spec).Delay = Values.Time(flag, text).ToDuration());
        flags.One("--restart-backoff", "time", "The least time before the second restart [default: 1s]", (spec, flag, text) => Restart(spec).Backoff = Values.Time(flag, text).ToDuration());
        flags.One("--restart-backoff-factor", "number", "By what it grows each time [default: 2]", (spec, flag, text) => Restart(spec).BackoffFactor = double.TryParse(
            text, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) ? factor : throw Values.Wrong(flag, "a number", text));
        flags.One("--restart-max-delay", "time", "It grows no further [default: 1m]", (spec, flag, text) => Restart(spec).MaxDelay = Values.Time(flag, text).ToDuration());
        flags.One("--restart-window", "time", "Ends longer ago are forgotten [default: 10m]", (spec, flag, text) => Restart(spec).Window = Values.Time(flag, text).ToDuration());
        flags.One("--restart-max-attempts", "number", "The most restarts within the window [default: no limit]", (spec, flag, text) => Restart(spec).MaxAttempts = Values.Number(flag, text));
        flags.One("--update-parallelism", "number", "How many tasks are replaced at once [default: 1]", (spec, flag, text) => Update(spec).Parallelism = Values.Number(flag, text));
        flags.Choice("--update-order", "Which of two tasks gives way", new Dictionary<string, UpdateOrder>
        {
            ["auto"] = UpdateOrder.Auto,
            ["start-first"] = UpdateOrder.StartFirst,
            ["stop-first"] = UpdateOrder.StopFirst,
        }, (spec, order) => Update(spec).Order = order);
        flags.One("--update-delay", "time", "The pause between batches [default: 0]", (spec, flag, text) => Update(spec).Delay = Values.Time(flag, text).ToDuration());
        flags.One("--update-monitor", "time", "How long a new task must stay ready [default: 5s]", (spec, flag, text) => Update(spec).Monitor = Values.Time(flag, text).ToDuration());
        flags.One("--update-ready-timeout", "time", "A new task must be ready by then [default: 5m]", (spec, flag, text) => Update(spec).ReadyTimeout = Values.Time(flag, text).ToDuration());
        flags.Choice("--update-failure-action", "When a new task fails", new Dictionary<string, UpdateFailureAction>
        {
            ["pause"] = UpdateFailureAction.Pause,
            ["continue"] = UpdateFailureAction.Continue,
        }, (spec, action) => Update(spec).OnFailure = action);
    }

    private static void AddFiles(FlagSet flags)
    {
        const string Kind = "name|source=name,…", Known = "also target=, mode=, uid=, gid=, on-change=keep|rollout|in-place, signal=";
        flags.Items("--secret", Kind, $"A secret as a file; {Known}", spec => spec.Secrets, Secret, secret => secret.Secret);
        flags.Items("--config", Kind, $"A config as a file; {Known}", spec => spec.Configs, Config, config => config.Config);
    }

    private static JobSpec Job(ServiceSpec spec) => spec.Job ??= new();

    private static CronSpec Cron(ServiceSpec spec) => spec.Cron ??= new();

    private static PlacementSpec Placement(ServiceSpec spec) => spec.Placement ??= new();

    private static RestartSpec Restart(ServiceSpec spec) => spec.Restart ??= new();

    private static UpdateSpec Update(ServiceSpec spec) => spec.Update ??= new();

    private static string Spread(string flag, string text) =>
        text.StartsWith("spread=", StringComparison.Ordinal) ? text["spread=".Length..] : throw Values.Wrong(flag, "spread=ATTRIBUTE", text);

    private static SecretReference Secret(string flag, string text)
    {
        var fields = Reference(flag, text);
        var secret = new SecretReference { Secret = fields["source"] };
        if (fields.TryGetValue("target", out var target)) secret.Target = target;
        if (fields.TryGetValue("mode", out var mode)) secret.Mode = Values.Mode(flag, mode);
        if (fields.TryGetValue("uid", out var uid)) secret.Uid = Values.Number(flag, uid);
        if (fields.TryGetValue("gid", out var gid)) secret.Gid = Values.Number(flag, gid);
        if (fields.TryGetValue("on-change", out var policy)) secret.OnChange = Values.Choice(flag, policy, s_policies);
        if (fields.TryGetValue("signal", out var signal)) secret.Signal = signal;
        return secret;
    }

    private static ConfigReference Config(string flag, string text)
    {
        var fields = Reference(flag, text);
        var config = new ConfigReference { Config = fields["source"] };
        if (fields.TryGetValue("target", out var target)) config.Target = target;
        if (fields.TryGetValue("mode", out var mode)) config.Mode = Values.Mode(flag, mode);
        if (fields.TryGetValue("uid", out var uid)) config.Uid = Values.Number(flag, uid);
        if (fields.TryGetValue("gid", out var gid)) config.Gid = Values.Number(flag, gid);
        if (fields.TryGetValue("on-change", out var policy)) config.OnChange = Values.Choice(flag, policy, s_policies);
        if (fields.TryGetValue("signal", out var signal)) config.Signal = signal;
        return config;
    }

    private static Dictionary<string, string> Reference(string flag, string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal)) return new() { ["source"] = text };
        var fields = Values.Fields(flag, text, "source", "src", "target", "mode", "uid", "gid", "on-change", "signal");
        if (fields.Remove("src", out var source)) fields["source"] = source;
        return fields.ContainsKey("source") ? fields : throw Values.Wrong(flag, "NAME or source=NAME,…", text);
    }
}
