using Grpc.Core;
using Warren.Silo.Api.Planning;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Looks ahead, for callers.</summary>
internal sealed class PlanEndpoint(Planner planner) : Proto.PlanApi.PlanApiBase
{
    public override Task<Proto.PlanResponse> Plan(Proto.PlanRequest request, ServerCallContext context) => planner.PlanAsync(request);
}
