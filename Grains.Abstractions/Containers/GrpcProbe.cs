namespace Warren.Containers;

/// <summary>A check by the standard gRPC health protocol (<c>grpc.health.v1</c>); SERVING is health.</summary>
[GenerateSerializer, Alias("warren.grpc-probe"), Immutable]
public sealed record GrpcProbe
{
    /// <summary>The container's port, spoken to without TLS.</summary>
    [Id(0)]
    public required int Port { get; init; }

    /// <summary>The service that is asked for. Default: empty, the server as a whole.</summary>
    [Id(1)]
    public string Service { get; init; } = "";
}
