using Orleans.Connections.Security;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Networking.Support;

internal sealed record NodeSettings
{
    public string ClusterId { get; init; } = "test";

    public string ServiceId { get; init; } = "test";

    /// <summary>Of clients, in a network in memory.</summary>
    public string? Name { get; init; }

    public int Generation { get; init; } = 1;

    /// <summary>0 for a free one.</summary>
    public int Port { get; init; }

    public bool Listens { get; init; } = true;

    public Action<NetworkOptions>? Configure { get; init; }

    public TransportSecurity? Security { get; init; }

    /// <summary>Changes the transport.</summary>
    public Func<NetworkTransport, NetworkTransport> Transport { get; init; } = static transport => transport;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ICallerPolicy? Callers { get; init; }

    public Action<WireWriter>? ExtraHeaderFields { get; init; }
}
