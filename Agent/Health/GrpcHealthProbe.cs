using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Warren.Health.V1;
using Warren.Containers;
using Serving = Warren.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Warren.Agent.Health;

/// <summary>Asks by the standard gRPC health protocol, without TLS, on a connection of its own each time.</summary>
internal sealed class GrpcHealthProbe(GrpcProbe spec, IPAddress address) : IHealthProbe
{
    private const int MaxMessage = 64 * 1024;

    public async Task<ProbeOutcome> CheckAsync(CancellationToken cancellationToken)
    {
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        using var channel = GrpcChannel.ForAddress(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{spec.Port}"), new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessage,
        });
        try
        {
            using var call = new Warren.Health.V1.Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest { Service = spec.Service }, cancellationToken: cancellationToken);
            return Judge((await call.ResponseAsync).Status);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failure("no response");
        }
        catch (RpcException e)
        {
            return ProbeOutcome.Failure(Describe(e));
        }
        catch (OperationCanceledException)
        {
            return ProbeOutcome.Failure("no response");
        }
    }

    private static ProbeOutcome Judge(Serving status) => status switch
    {
        Serving.Serving => ProbeOutcome.Success("SERVING"),
        Serving.NotServing => ProbeOutcome.Failure("NOT_SERVING"),
        Serving.ServiceUnknown => ProbeOutcome.Failure("SERVICE_UNKNOWN"),
        Serving.Unknown => ProbeOutcome.Failure("UNKNOWN"),
        _ => ProbeOutcome.Failure($"a status that the protocol does not have: {(int)status}"),
    };

    private string Describe(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.Unimplemented => "UNIMPLEMENTED: the server does not offer grpc.health.v1.Health",
        StatusCode.NotFound => $"NOT_FOUND: the server does not know the service '{spec.Service}'",
        StatusCode.Unavailable or StatusCode.Internal when exception.Status.DebugException is { } cause => ProbeFailure.Describe(cause),
        _ => $"{exception.StatusCode}: {exception.Status.Detail}",
    };
}
