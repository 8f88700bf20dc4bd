using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Reads <c>deploy</c> and <c>restart</c>: how many tasks, where, and what becomes of them.</summary>
internal static class ComposeDeploy
{
    // That of the service model.
    private static readonly TimeSpan s_standardMaxDelay = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, ServiceMode> s_modes = new() { ["replicated"] = ServiceMode.Replicated, ["global"] = ServiceMode.Global, ["replicated-job"] = ServiceMode.Job };

    private static readonly Dictionary<string, RestartCondition> s_conditions = new()
    {
        ["any"] = RestartCondition.Any,
        ["on-failure"] = RestartCondition.OnFailure,
        ["none"] = RestartCondition.None,
    };

    private static readonly Dictionary<string, UpdateOrder> s_orders = new() { ["start-first"] = UpdateOrder.StartFirst, ["stop-first"] = UpdateOrder.StopFirst };

    private static readonly Dictionary<string, UpdateFailureAction> s_actions = new() { ["pause"] = UpdateFailureAction.Pause, ["continue"] = UpdateFailureAction.Continue };

    private static readonly string[] s_signs = ["==", "!="];

    // Where the manager finds what these say.
    private static readonly Dictionary<string, string> s_fields = new()
    {
        ["deploy.mode"] = "mode",
        ["deploy.replicas"] = "replicas",
        ["deploy.labels"] = "labels",
        ["deploy.placement.constraints"] = "placement.constraints",
        ["deploy.placement.preferences"] = "placement.spread",
        ["deploy.placement.max_replicas_per_node"] = "placement.maxPerNode",
        ["deploy.resources.limits.cpus"] = "container.resources.cpuLimitMillicores",
        ["deploy.resources.limits.memory"] = "container.resources.memoryLimit",
        ["deploy.resources.limits.pids"] = "container.resources.pidsLimit",
        ["deploy.resources.reservations.cpus"] = "container.resources.cpuReservationMillicores",
        ["deploy.resources.reservations.memory"] = "container.resources.memoryReservation",
        ["deploy.update_config"] = "update",
        ["deploy.update_config.delay"] = "update.delay",
        ["deploy.update_config.monitor"] = "update.monitor",
        ["deploy.update_config.parallelism"] = "update.parallelism",
        ["deploy.restart_policy"] = "restart",
        ["deploy.restart_policy.condition"] = "restart.condition",
        ["deploy.restart_policy.delay"] = "restart.delay",
        ["deploy.restart_policy.window"] = "restart.window",
        ["deploy.restart_policy.max_attempts"] = "restart.maxAttempts",
    };

    /// <summary>Reads <c>deploy</c>.</summary>
    public static void Read(ServiceSpec spec, ComposeValue value)
    {
        foreach (var (key, at) in value.Keys("services.*.deploy"))
        {
            switch (key)
            {
                case "mode":
                    at.Use(text => spec.Mode = Values.Choice("", text, s_modes));
                    break;
                case "replicas":
                    at.Use(text => spec.Replicas = Values.Number("", text));
                    break;
                case "labels":
                    foreach (var (name, text, _) in at.Pairs()) spec.Labels[name] = text ?? "";
                    break;
                case "resources":
                    foreach (var (kind, part) in at.Keys("services.*.deploy.resources")) ReadResources(spec.Container.Resources ??= new(), kind, part);
                    break;
                case "placement":
                    ReadPlacement(spec.Placement ??= new(), at);
                    break;
                case "update_config":
                    ReadUpdate(spec.Update ??= new(), at);
                    break;
                default:
                    ReadPolicy(spec.Restart = new(), at);
                    break;
            }
        }

        if (spec.Mode != ServiceMode.Job) return;
        spec.Job = new() { Completions = spec.HasReplicas ? spec.Replicas : 1 };
        spec.ClearReplicas();
    }

    /// <summary>Reads <c>restart</c>.</summary>
    public static void ReadRestart(ServiceSpec spec, ComposeValue value) => value.Use(text =>
    {
        var parts = text.Split(':', 2);
        spec.Restart = new()
        {
            Condition = parts[0] switch
            {
                "no" or "false" => RestartCondition.None,
                "always" or "unless-stopped" => RestartCondition.Any,
                "on-failure" => RestartCondition.OnFailure,
                _ => throw Values.Wrong("", "no, always, unless-stopped or on-failure[:COUNT]", text),
            },
        };
        if (parts.Length == 2) spec.Restart.MaxAttempts = parts[0] == "on-failure" ? Values.Number("", parts[1]) : throw Values.Wrong("", "on-failure where a count is given", text);
    });

    /// <summary>Notes the lines of what it says.</summary>
    public static void AddLines(ComposeValue deploy, IDictionary<string, int> lines)
    {
        Add(deploy, "deploy");

        void Add(ComposeValue value, string path)
        {
            if (s_fields.TryGetValue(path, out var field)) lines[field] = value.Node.Line;
            if (!value.IsMapping) return;
            foreach (var (name, inner) in value.Names()) Add(inner, $"{path}.{name}");
        }
    }

    private static void ReadResources(ResourceSpec resources, string kind, ComposeValue value)
    {
        foreach (var (key, at) in value.Keys($"services.*.deploy.resources.{kind}"))
        {
            at.Use(text =>
            {
                switch (kind, key)
                {
                    case ("limits", "cpus"):
                        resources.CpuLimitMillicores = Values.MilliCores("", text);
                        break;
                    case ("limits", "memory"):
                        resources.MemoryLimit = Values.Bytes("", text);
                        break;
                    case ("limits", _):
                        resources.PidsLimit = Values.Number("", text);
                        break;
                    case (_, "cpus"):
                        resources.CpuReservationMillicores = Values.MilliCores("", text);
                        break;
                    default:
                        resources.MemoryReservation = Values.Bytes("", text);
                        break;
                }
            });
        }
    }

    private static void ReadPlacement(PlacementSpec placement, ComposeValue value)
    {
        foreach (var (key, at) in value.Keys("services.*.deploy.placement"))
        {
            if (key == "constraints")
            {
                placement.Constraints.AddRange(at.Texts().Select(Tight));
            }
            else if (key == "max_replicas_per_node")
            {
                // Docker's zero is no limit.
                at.Use(text =>
                {
                    if (Values.Number("", text) is not 0 and var most) placement.MaxPerNode = most;
                });
            }
            else
            {
                foreach (var (name, part) in at.Items().SelectMany(item => item.Names()))
                {
                    if (name == "spread") part.Use(placement.Spread.Add);
                    else part.Problem("is no preference; there is spread");
                }
            }
        }
    }

    private static void ReadUpdate(UpdateSpec update, ComposeValue value)
    {
        foreach (var (key, at) in value.Keys("services.*.deploy.update_config"))
        {
            at.Use(text =>
            {
                switch (key)
                {
                    case "parallelism":
                        // Docker's zero is all at once.
                        update.Parallelism = Values.Number("", text) is not 0 and var count ? count : int.MaxValue;
                        break;
                    case "delay":
                        update.Delay = Values.Time("", text).ToDuration();
                        break;
                    case "monitor":
                        update.Monitor = Values.Time("", text).ToDuration();
                        break;
                    case "order":
                        update.Order = Values.Choice("", text, s_orders);
                        break;
                    default:
                        update.OnFailure = Values.Choice("", text, s_actions);
                        break;
                }
            });
        }
    }

    private static void ReadPolicy(RestartSpec restart, ComposeValue value)
    {
        foreach (var (key, at) in value.Keys("services.*.deploy.restart_policy"))
        {
            at.Use(text =>
            {
                switch (key)
                {
                    case "condition":
                        restart.Condition = Values.Choice("", text, s_conditions);
                        break;
                    case "delay":
                        restart.Delay = Values.Time("", text).ToDuration();
                        break;
                    case "window":
                        restart.Window = Values.Time("", text).ToDuration();
                        break;
                    default:
                        restart.MaxAttempts = Values.Number("", text);
                        break;
                }
            });
        }

        FitDelays(restart);
    }

    // Ends count for longer than the longest delay; a window as short as Docker's examples have it leaves no room for the standard one.
    private static void FitDelays(RestartSpec restart)
    {
        if (restart.Window?.ToTimeSpan() is not { } window || window <= TimeSpan.Zero || window > s_standardMaxDelay) return;
        var delay = restart.Delay?.ToTimeSpan() ?? TimeSpan.Zero;
        restart.MaxDelay = (delay < window && delay > window / 2 ? delay : window / 2).ToDuration();
    }

    // Docker lets blanks stand around the operator.
    private static string Tight(string constraint)
    {
        foreach (var sign in s_signs)
        {
            if (constraint.IndexOf(sign, StringComparison.Ordinal) is > 0 and var at) return constraint[..at].Trim() + sign + constraint[(at + sign.Length)..].Trim();
        }

        return constraint.Trim();
    }
}
