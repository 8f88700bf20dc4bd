using Warren.Access;
using Warren.Harness.Clusters;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>The audit log of a manager that ends when it likes.</summary>
public sealed class AuditLogTests
{
    [Fact]
    public async Task Entry_ManagerKilledBeforeTheOutcomeIsStored_SaysThatItIsNotKnown()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        var token = await founded.Client.Grains.GetGrain<IApiTokenGrain>(IApiTokenGrain.Key).CreateAsync(new() { Name = "ci", Role = ApiRole.Operator });

        // What came of a call is stored a moment after its answer, unless another call begins.
        await Tool.RunAsync(
            "curl", "-sS", "--fail-with-body", "--max-time", "30", "--cacert", founded.IdentityOf("m1").Authority, "-H", $"Authorization: Bearer {token}",
            "-H", "Content-Type: application/json", "-d", """{"name":"cut-off","content":"eA=="}""", $"https://{founded.RestOf("m1")}/v1/configs");
        await founded.KillManagerAsync("m1");
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);

        var log = await Tool.RunAsync(CliProgram.Path, "--host", founded.PathOf("m1.sock"), "cluster", "audit", "--target", "config cut-off");
        log.ShouldContain("from 127.0.0.1: (outcome not known)\n    ConfigApi/Create config cut-off");
        (await Tool.RunAsync(CliProgram.Path, "--host", founded.PathOf("m1.sock"), "config", "list", "--quiet")).ShouldBe("cut-off\n");
    }
}
