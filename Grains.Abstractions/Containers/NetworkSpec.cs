using System.Collections.Immutable;

namespace Warren.Containers;

/// <summary>How a container is connected.</summary>
[GenerateSerializer, Alias("warren.network-spec"), Immutable]
public sealed record NetworkSpec
{
    /// <summary>A network namespace of its own on the node's bridge, names resolved by the node's servers.</summary>
    public static NetworkSpec Default { get; } = new();

    /// <summary>Default: <see cref="NetworkMode.Bridge"/>.</summary>
    [Id(0)]
    public NetworkMode Mode { get; init; }

    /// <summary>Addresses of the name servers in its resolv.conf. Default: the node's, without those on loopback.</summary>
    [Id(1)]
    public ImmutableArray<string> DnsServers { get; init; } = [];

    /// <summary>Search domains in its resolv.conf. Default: the node's.</summary>
    [Id(2)]
    public ImmutableArray<string> DnsSearch { get; init; } = [];

    /// <summary>Options in its resolv.conf. Default: the node's.</summary>
    [Id(3)]
    public ImmutableArray<string> DnsOptions { get; init; } = [];
}
