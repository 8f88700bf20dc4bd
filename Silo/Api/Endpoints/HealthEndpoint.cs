using Grpc.Core;
using Warren.Health.V1;
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Observing;

namespace Warren.Silo.Api.Endpoints;

/// <summary>The standard health service of gRPC: of the server as a whole, and of each service of the API, which are as well as the manager is.</summary>
internal sealed class HealthEndpoint(Readiness readiness, ApiLifetime lifetime, TimeProvider time) : Health.V1.Health.HealthBase
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => IsKnown(request.Service)
        ? new() { Status = await StatusAsync() }
        : throw new RpcException(new(StatusCode.NotFound, $"there is no service {request.Service}; leave it empty for the manager as a whole"));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.Stopping);
        var last = HealthCheckResponse.Types.ServingStatus.Unknown;
        try
        {
            while (true)
            {
                var now = IsKnown(request.Service) ? await StatusAsync() : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
                if (now != last) await responseStream.WriteAsync(new() { Status = now }, ending.Token);
                last = now;
                await Task.Delay(s_interval, time, ending.Token);
            }
        }
        catch (OperationCanceledException) when (lifetime.Stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new() { Status = HealthCheckResponse.Types.ServingStatus.NotServing });
        }
    }

    private static bool IsKnown(string service) => service.Length == 0 || Operations.All.Any(operation => $"warren.v1.{operation.Api}" == service);

    private async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync() =>
        await readiness.IsReadyAsync() ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;
}
