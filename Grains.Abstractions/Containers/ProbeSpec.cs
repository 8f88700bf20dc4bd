using System.Collections.Immutable;

namespace Warren.Containers;

/// <summary>A question that the agent asks a container again and again. Exactly one of the four ways must be given.</summary>
[GenerateSerializer, Alias("warren.probe-spec"), Immutable]
public sealed record ProbeSpec
{
    /// <summary>Asks by an HTTP GET. Default: not this way.</summary>
    [Id(0)]
    public HttpProbe? Http { get; init; }

    /// <summary>Asks by opening a connection to this port. Default: not this way.</summary>
    [Id(1)]
    public int? TcpPort { get; init; }

    /// <summary>Asks by running a command in the container; exit code 0 is health. Default: not this way.</summary>
    [Id(2)]
    public ImmutableArray<string> Exec { get; init; } = [];

    /// <summary>Asks by <c>grpc.health.v1.Health/Check</c>. Default: not this way.</summary>
    [Id(3)]
    public GrpcProbe? Grpc { get; init; }

    /// <summary>Time from the end of one check to the start of the next, at least 100 ms. Default: 10 s.</summary>
    [Id(4)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A check that has no answer by then has failed; at least 100 ms. Default: 3 s.</summary>
    [Id(5)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>So many failures in a row make it unhealthy, at least 1. Default: 3.</summary>
    [Id(6)]
    public int Retries { get; init; } = 3;

    /// <summary>
    /// Failures so soon after the start do not count until the first success; checks run meanwhile, once a second or at the interval if
    /// that is shorter. Default: none.
    /// </summary>
    [Id(7)]
    public TimeSpan StartPeriod { get; init; }
}
