using Warren.Validation;

namespace Warren.Containers;

/// <summary>What probes must meet.</summary>
internal static class ProbeRules
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);

    public static void Check(ProblemList problems, string path, ProbeSpec? probe, NetworkMode mode)
    {
        if (probe is null) return;
        var overNetwork = (probe.Http is null ? 0 : 1) + (probe.TcpPort is null ? 0 : 1) + (probe.Grpc is null ? 0 : 1);
        var ways = overNetwork + (probe.Exec.IsEmpty ? 0 : 1);
        if (ways != 1) problems.Add(path, $"must have exactly one of http, tcpPort, exec and grpc, had {ways}");
        if (overNetwork > 0 && mode == NetworkMode.None) problems.Add(path, "must be exec with network mode none: the agent cannot reach the container");
        if (probe.Http is { } http) CheckHttp(problems, $"{path}.http", http);
        if (probe.TcpPort is { } port) problems.Within($"{path}.tcpPort", port, 1, 65535);
        if (probe.Exec is ["", ..]) problems.Add($"{path}.exec[0]", "must name a program, was empty");
        for (var i = 0; i < probe.Exec.Length; i++) ContainerSpecValidator.CheckText(problems, $"{path}.exec[{i}]", probe.Exec[i]);
        if (probe.Grpc is { } grpc)
        {
            problems.Within($"{path}.grpc.port", grpc.Port, 1, 65535);
            if (grpc.Service.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
                problems.Add($"{path}.grpc.service", $"must be printable characters without spaces, was '{grpc.Service}'");
        }
        problems.Within($"{path}.interval", probe.Interval, s_shortest);
        problems.Within($"{path}.timeout", probe.Timeout, s_shortest);
        problems.AtLeast($"{path}.retries", probe.Retries, 1);
        problems.Within($"{path}.startPeriod", probe.StartPeriod, TimeSpan.Zero);
    }

    private static void CheckHttp(ProblemList problems, string path, HttpProbe http)
    {
        problems.Within($"{path}.port", http.Port, 1, 65535);
        if (!http.Path.StartsWith('/') || http.Path.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
            problems.Add($"{path}.path", $"must begin with '/' and be printable characters without spaces, was '{http.Path}'");
        foreach (var (name, value) in http.Headers)
        {
            if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c)))
                problems.Add($"{path}.headers[{name}]", $"must have the name of an HTTP header, was '{name}'");
            if (value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0) problems.Add($"{path}.headers[{name}]", "must have a value of printable characters");
        }
        problems.Within($"{path}.minStatus", http.MinStatus, 100, 599);
        problems.Within($"{path}.maxStatus", http.MaxStatus, 100, 599);
        if (http.MinStatus > http.MaxStatus) problems.Add($"{path}.minStatus", $"must be at most maxStatus, {http.MaxStatus}, was {http.MinStatus}");
    }
}
