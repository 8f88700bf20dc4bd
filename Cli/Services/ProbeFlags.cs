using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Services;

/// <summary>
/// The flags of probes. Docker has one check for both questions, whether a container lives and whether it may get traffic: <c>--health-</c> sets both;
/// <c>--liveness-</c> and <c>--readiness-</c> one.
/// </summary>
internal static class ProbeFlags
{
    /// <summary>Adds them.</summary>
    public static void AddTo(FlagSet flags)
    {
        Add(flags, "health", "its health", isLiveness: true, isReadiness: true);
        Add(flags, "liveness", "whether it lives", isLiveness: true, isReadiness: false);
        Add(flags, "readiness", "whether it gets traffic", isLiveness: false, isReadiness: true);
        flags.Switch("--no-healthcheck", "Leave out both probes", (spec, on) =>
        {
            if (on) (spec.Container.Liveness, spec.Container.Readiness) = (null, null);
        });
    }

    private static void Add(FlagSet flags, string prefix, string question, bool isLiveness, bool isReadiness)
    {
        void One(string name, string kind, string description, Action<ProbeSpec, string, string> set) => flags.One($"--{prefix}-{name}", kind, description, (spec, flag, text) =>
        {
            if (isLiveness) set(spec.Container.Liveness ??= new(), flag, text);
            if (isReadiness) set(spec.Container.Readiness ??= new(), flag, text);
        });

        One("cmd", "command", $"Ask {question} by a command in the container's shell", (probe, _, text) => SetWay(probe, () => probe.Exec.AddRange(["/bin/sh", "-c", text])));
        One("exec", "words", $"Ask {question} by a command without a shell", (probe, flag, text) => SetWay(probe, () => probe.Exec.AddRange(Values.Words(flag, text))));
        One("http", "[https:]port[/path]", $"Ask {question} by an HTTP GET", (probe, flag, text) => SetWay(probe, () => probe.Http = Http(flag, text)));
        One("http-header", "name=value", "A header of that request", (probe, flag, text) =>
        {
            var (name, value) = Values.Pair(flag, text);
            (probe.Http ?? throw Values.Wrong(flag, $"together with --{prefix}-http", text)).Headers[name] = value;
        });
        One("http-status", "lowest-highest", "Statuses that are health [default: 200-399]", (probe, flag, text) =>
        {
            var http = probe.Http ?? throw Values.Wrong(flag, $"together with --{prefix}-http", text);
            if (text.Split('-') is not [var lowest, .. var rest] || rest.Length > 1) throw Values.Wrong(flag, "LOWEST-HIGHEST", text);
            (http.MinStatus, http.MaxStatus) = (Values.Number(flag, lowest), Values.Number(flag, rest is [var highest] ? highest : lowest));
        });
        One("tcp", "port", $"Ask {question} by opening a connection", (probe, flag, text) => SetWay(probe, () => probe.TcpPort = Values.Number(flag, text)));
        One("grpc", "port[/service]", $"Ask {question} by the gRPC health protocol", (probe, flag, text) => SetWay(probe, () =>
        {
            var at = text.IndexOf('/', StringComparison.Ordinal);
            probe.Grpc = new() { Port = Values.Number(flag, at < 0 ? text : text[..at]), Service = at < 0 ? "" : text[(at + 1)..] };
        }));
        One("interval", "time", "From the end of one check to the next [default: 10s]", (probe, flag, text) => probe.Interval = Values.Time(flag, text).ToDuration());
        One("timeout", "time", "How long a check may take [default: 3s]", (probe, flag, text) => probe.Timeout = Values.Time(flag, text).ToDuration());
        One("retries", "number", "So many failures in a row count [default: 3]", (probe, flag, text) => probe.Retries = Values.Number(flag, text));
        One("start-period", "time", "Failures so soon do not count [default: 0]", (probe, flag, text) => probe.StartPeriod = Values.Time(flag, text).ToDuration());
    }

    // A probe asks in one way.
    private static void SetWay(ProbeSpec probe, Action set)
    {
        (probe.Http, probe.Grpc) = (null, null);
        probe.ClearTcpPort();
        probe.Exec.Clear();
        set();
    }

    private static HttpProbe Http(string flag, string text)
    {
        var isHttps = text.StartsWith("https:", StringComparison.Ordinal);
        var rest = isHttps ? text["https:".Length..] : text;
        var at = rest.IndexOf('/', StringComparison.Ordinal);
        var probe = new HttpProbe { Port = Values.Number(flag, at < 0 ? rest : rest[..at]), Https = isHttps };
        if (at >= 0) probe.Path = rest[at..];
        return probe;
    }
}
