namespace Warren.Containers;

/// <summary>A port of the container that the node it runs on publishes.</summary>
[GenerateSerializer, Alias("warren.port-spec"), Immutable]
public sealed record PortSpec
{
    /// <summary>The port that the container listens on, 1 to 65535.</summary>
    [Id(0)]
    public required int ContainerPort { get; init; }

    /// <summary>The port of the node, 1 to 65535. Default: a free one is chosen, from 32768 to 60999.</summary>
    [Id(1)]
    public int? HostPort { get; init; }

    /// <summary>Default: tcp.</summary>
    [Id(2)]
    public PortProtocol Protocol { get; init; }

    /// <summary>The node's address on which it is published, IPv4 or IPv6. Default: all.</summary>
    [Id(3)]
    public string? HostAddress { get; init; }
}
