using System.Globalization;
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

        // What came of a call is stored a moment after its answer, unless another call begins. A kill that comes after that moment shows nothing, and is tried once more.
        var configs = new List<string>();
        string log;
        do
        {
            configs.Add($"cut-off-{configs.Count + 1}");
            await Tool.RunAsync(
                "sh", "-c", "manager=$1; shift; curl \"$@\" && kill -KILL $manager", "sh", founded.ManagerOf("m1").Id.ToString(CultureInfo.InvariantCulture),
                "-sS", "--fail-with-body", "--max-time", "30", "--cacert", founded.IdentityOf("m1").Authority, "-H", $"Authorization: Bearer {token}",
                "-H", "Content-Type: application/json", "-d", $$"""{"name":"{{configs[^1]}}","content":"eA=="}""", $"https://{founded.RestOf("m1")}/v1/configs");
            await founded.KillManagerAsync("m1");
            await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
            log = await Tool.RunAsync(CliProgram.Path, "--host", founded.PathOf("m1.sock"), "cluster", "audit", "--target", $"config {configs[^1]}");
        }
        while (configs.Count < 5 && !log.Contains("(outcome not known)", StringComparison.Ordinal));

        log.ShouldContain($"from 127.0.0.1: (outcome not known)\n    ConfigApi/Create config {configs[^1]}");
        (await Tool.RunAsync(CliProgram.Path, "--host", founded.PathOf("m1.sock"), "config", "list", "--quiet")).ShouldBe(string.Concat(configs.Select(config => config + "\n")));
    }
}
