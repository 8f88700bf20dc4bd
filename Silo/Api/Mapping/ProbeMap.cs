using Google.Protobuf.WellKnownTypes;
using Warren.Containers;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Probes, to the API and back.</summary>
internal static class ProbeMap
{
    private static readonly ProbeSpec s_standard = new();
    private static readonly HttpProbe s_http = new() { Port = 1 };

    /// <summary>Reads what a request says.</summary>
    public static ProbeSpec Read(Proto.ProbeSpec from, FieldProblems problems, string path) => new()
    {
        Http = from.Http is { } http
            ? new()
            {
                Port = http.Port,
                Path = http.HasPath ? http.Path : s_http.Path,
                Headers = ContainerMap.Map(http.Headers),
                Https = http.Https,
                MinStatus = http.HasMinStatus ? http.MinStatus : s_http.MinStatus,
                MaxStatus = http.HasMaxStatus ? http.MaxStatus : s_http.MaxStatus,
            }
            : null,
        TcpPort = from.HasTcpPort ? from.TcpPort : null,
        Exec = [.. from.Exec],
        Grpc = from.Grpc is { } grpc ? new() { Port = grpc.Port, Service = grpc.Service } : null,
        Interval = problems.Time($"{path}.interval", from.Interval) ?? s_standard.Interval,
        Timeout = problems.Time($"{path}.timeout", from.Timeout) ?? s_standard.Timeout,
        Retries = from.HasRetries ? from.Retries : s_standard.Retries,
        StartPeriod = problems.Time($"{path}.startPeriod", from.StartPeriod) ?? s_standard.StartPeriod,
    };

    /// <summary>Writes all of it, defaults too.</summary>
    public static Proto.ProbeSpec Write(ProbeSpec from)
    {
        var to = new Proto.ProbeSpec
        {
            Http = from.Http is { } http
                ? new()
                {
                    Port = http.Port,
                    Path = http.Path,
                    Headers = { http.Headers },
                    Https = http.Https,
                    MinStatus = http.MinStatus,
                    MaxStatus = http.MaxStatus,
                }
                : null,
            Exec = { from.Exec },
            Grpc = from.Grpc is { } grpc ? new() { Port = grpc.Port, Service = grpc.Service } : null,
            Interval = from.Interval.ToDuration(),
            Timeout = from.Timeout.ToDuration(),
            Retries = from.Retries,
            StartPeriod = from.StartPeriod.ToDuration(),
        };
        if (from.TcpPort is { } port) to.TcpPort = port;
        return to;
    }
}
