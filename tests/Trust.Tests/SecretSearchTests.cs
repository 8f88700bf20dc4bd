using System.Text;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>
/// Looks for the values of secrets in all that a manager and a worker leave on their disks and in their logs. A worker whose containers are those of the fake runtime keeps
/// no assignments; the file that others keep is looked into by the tests of the agent.
/// </summary>
public sealed class SecretSearchTests
{
    private const string First = "tuna-7311-velvet-anchor", Second = "opal-9024-walnut-harbor", Control = "planted-6650-marble-lantern";

    private static readonly ServiceName s_name = new("user");

    [Fact]
    public async Task Secrets_UsedChangedAndTakenThroughRestarts_AreInNoFileAndNoLogLine()
    {
        await using var founded = new FoundedCluster();
        await using var memory = new MemoryFolders(founded.PathOf("n1-run"));
        await founded.StartAsync();
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });
        await using (founded.StartWorker("n1", token))
        {
            var source = founded.PathOf("value");
            await File.WriteAllTextAsync(source, First);
            await WarrenAsync(founded, "secret", "create", "key", source, "--label", $"control={Control}");
            await founded.Client.Service(s_name).ApplyAsync(new()
            {
                Name = s_name,
                Container = new() { Image = "registry.example/app:1" },
                Replicas = 1,
                Secrets = [new() { Secret = new("key"), OnChange = ReferencePolicy.Rollout }],
            });
            await founded.Client.UntilRunningAsync(s_name, 1);
            await File.WriteAllTextAsync(source, Second);
            await WarrenAsync(founded, "secret", "update", "key", source);
            File.Delete(source);
            await founded.Client.UntilAsync(s_name, status => status.Tasks.Any(task => task.SpecVersion == 2 && task.Observed.State == Tasks.TaskState.Running), "the changed secret is used");
            var shown = await WarrenAsync(founded, "secret", "inspect", "key") + await WarrenAsync(founded, "secret", "list", "--output", "json") + await WarrenAsync(founded, "service", "inspect", s_name.Value);
            (shown.Contains(First, StringComparison.Ordinal), shown.Contains(Second, StringComparison.Ordinal), shown.Contains(Control, StringComparison.Ordinal)).ShouldBe((false, false, true));
            await WarrenAsync(founded, "cluster", "key", "rotate");
        }

        // The files that a killed process leaves, the write-ahead log of its database among them.
        await founded.StopAsync();
        ShouldHaveNoValue(founded);
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
        await using (founded.StartWorker("n1", null))
        {
            await using var client = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("m1"));
            await client.UntilReadyAsync(new("n1"));
            await client.UntilRunningAsync(s_name, 1);
            (await client.Grains.GetGrain<ISecretGrain>("key").ReadAsync())!.Value.ToArray().ShouldBe(Encoding.UTF8.GetBytes(Second));
        }

        await founded.StopAsync();
        ShouldHaveNoValue(founded);
    }

    private static void ShouldHaveNoValue(FoundedCluster founded)
    {
        // Where containers have their secrets is memory, and none of it is on a disk.
        var inMemory = MemoryFolders.Below(founded.PathOf("n1-run"));
        inMemory.ShouldNotBeEmpty();
        string[] folders = [founded.PathOf("m1"), founded.PathOf("n1"), founded.PathOf("n1-run")];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
            .Where(file => !inMemory.Any(folder => file.StartsWith(folder + "/", StringComparison.Ordinal)))
            .ToList();
        files.Select(Path.GetFileName).ShouldContain("store.db");
        var contents = files.Select(file => (Name: file, Bytes: File.ReadAllBytes(file)))
            .Append((Name: "the logs", Bytes: Encoding.UTF8.GetBytes(string.Join('\n', founded.Lines)))).ToList();

        // What lies there in the clear is found, so that finding nothing means something.
        ValueSearch.Holders(contents, Control).ShouldNotBeEmpty();
        ValueSearch.Holders([("planted", Encoding.UTF8.GetBytes("x" + Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + First))))], First).ShouldBe(["planted"]);
        ValueSearch.Holders([("planted", Encoding.Unicode.GetBytes("x" + First))], First).ShouldBe(["planted"]);
        ValueSearch.Holders(contents, First).ShouldBeEmpty();
        ValueSearch.Holders(contents, Second).ShouldBeEmpty();
    }

    private static async Task<string> WarrenAsync(FoundedCluster founded, params string[] words)
    {
        var (code, output, errors) = await Tool.TryAsync(CliProgram.Path, ["--host", founded.PathOf("m1.sock"), .. words]);
        code.ShouldBe(0, errors);
        return output;
    }
}
