using System.Net;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Says where a silo listens.</summary>
public static class EndpointOptionsExtensions
{
    /// <param name="builder">The silo.</param>
    /// <param name="advertisedIP">The address that others dial.</param>
    /// <param name="siloPort">The port that others dial.</param>
    /// <param name="gatewayPort">A second port for clients; 0 or <paramref name="siloPort"/> for none.</param>
    /// <param name="listenOnAnyHostAddress">Whether to listen on all addresses of the machine instead of the advertised one.</param>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, IPAddress advertisedIP, int siloPort, int gatewayPort, bool listenOnAnyHostAddress = false)
    {
        return builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = advertisedIP;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
            if (!listenOnAnyHostAddress) return;
            options.SiloListeningEndpoint = new IPEndPoint(IPAddress.IPv6Any, siloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.IPv6Any, gatewayPort);
        });
    }
}
