using System.Net;

namespace Orleans.Configuration;

/// <summary>Where a silo listens and how others reach it.</summary>
public sealed class EndpointOptions
{
    public const int DEFAULT_SILO_PORT = 11111;
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address that others dial. Default: the first address of this machine that is not a loopback address, else loopback.</summary>
    public IPAddress? AdvertisedIPAddress { get; set; }

    /// <summary>The port that others dial. Default: 11111.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>A second port for clients; 0, or the same as <see cref="SiloPort"/>, for none. Default: 0, since silos and clients may share one.</summary>
    public int GatewayPort { get; set; }

    /// <summary>Where to listen for <see cref="SiloPort"/>, when it differs from what is advertised. Default: the advertised endpoint.</summary>
    public IPEndPoint? SiloListeningEndpoint { get; set; }

    /// <summary>Where to listen for <see cref="GatewayPort"/>, when it differs from what is advertised. Default: the advertised endpoint.</summary>
    public IPEndPoint? GatewayListeningEndpoint { get; set; }
}
