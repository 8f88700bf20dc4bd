using Grpc.Core;
using Warren.Api.Tests.Testing;

namespace Warren.Api.Tests.Serving;

/// <summary>On a cluster whose certificates are made elsewhere.</summary>
public sealed class NoAuthorityCallTests(ServedManager manager) : IClassFixture<ServedManager>
{
    [Fact]
    public async Task Authority_OfAClusterThatHasNone_IsToldAsThatAndAsNoMissingThing()
    {
        await ShouldBeRefusedAsync(async () => await manager.Cluster.GetAuthorityAsync(new()));
        await ShouldBeRefusedAsync(async () => await manager.Cluster.RotateAuthorityAsync(new()));
        await ShouldBeRefusedAsync(async () => await manager.Cluster.CreateJoinTokenAsync(new()));
    }

    private static async Task ShouldBeRefusedAsync(Func<Task> call)
    {
        var refusal = await Refusal.OfAsync(call);
        (refusal.Code, refusal.Reason, refusal.Message).ShouldBe(
            (StatusCode.NotFound, "NO_AUTHORITY", "this cluster has no authority and no join tokens of its own: its certificates are made elsewhere"));
    }
}
