using Warren.Harness.Clusters;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>Images that the command brings to nodes and removes, with real registries, disks and agents that are killed in the middle.</summary>
public sealed class ImageTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const string Pulled = "example.test/pulled:1", Imported = "example.test/imported:1";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private RealCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Pull_OneNodeThenAllThenByDigest_IsOnThoseNodes()
    {
        var image = Make(Pulled, 1_000_000);
        await Cluster.Registry.PushAsync("pulled", "1", image, LayerPacking.Plain);
        (await CallAsync("image", "pull", Pulled, "--node", "w1")).Code.ShouldBe(0);
        (await HoldersAsync(Pulled)).ShouldBe(["w1"]);
        (await CallAsync("image", "pull", Pulled)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(Cluster.Nodes.Count);
        (await HoldersAsync(Pulled)).ShouldBe(["w1", "w2", "w3"]);
        var listed = await CallAsync("image", "list", "--node", "w2", "--output", "json");
        listed.Output.ShouldContain(image.Digest);
        (await CallAsync("image", "pull", $"example.test/pulled@{image.Digest}", "--node", "w3")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Pull_ThingsThatAreNot_AreErrorsThatSaySo()
    {
        var nothing = $"{Cluster.Registry.Host}/nothing:1";
        var (code, _, errors) = await CallAsync("image", "pull", nothing, "--node", "w1");
        code.ShouldBe(1);
        errors.ShouldContain("1 of 1 nodes have failed: w1: ");
        errors.ShouldContain(nothing);
        (await CallAsync("image", "pull", Pulled, "--node", "w9")).Code.ShouldBe(3);
        (await CallAsync("image", "pull", "UPPER CASE")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Import_FromAFileAndFromAPipe_IsOnAllNodes()
    {
        using var folder = TempFolder.Create("archive");
        await Make(Imported, 3_000_000).WriteArchiveAsync(folder.File("a.tar"));
        var (code, output, errors) = await CallAsync("image", "import", folder.File("a.tar"));
        code.ShouldBe(0, errors);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(Cluster.Nodes.Count);
        (await HoldersAsync(Imported)).ShouldBe(["w1", "w2", "w3"]);
        await Tool.RunAsync("sh", "-c", $"gzip < '{folder.File("a.tar")}' | '{CliProgram.Path}' --host '{Cluster.ApiSocket}' image import - --node w2 --name example.test/piped:1");
        (await HoldersAsync("example.test/piped:1")).ShouldBe(["w2"]);
    }

    [Fact]
    public async Task Import_WrongArchive_IsAnErrorAndLeavesNothing()
    {
        using var folder = TempFolder.Create("archive");
        await File.WriteAllTextAsync(folder.File("a.tar"), new string('x', 10_000));
        var (code, _, errors) = await CallAsync("image", "import", folder.File("a.tar"), "--node", "w1", "--name", "example.test/wrong:1");
        code.ShouldBe(1);
        errors.ShouldContain("w1: The archive");
        (await HoldersAsync("example.test/wrong:1")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_AgentKilledInTheMiddle_IsAnErrorAndTheSecondTimeWorks()
    {
        const string Name = "example.test/killed:1";
        using var folder = TempFolder.Create("archive");
        await Make(Name, 3_000_000).WriteArchiveAsync(folder.File("a.tar"));
        var node = Cluster.Nodes[0];
        await using var command = ChildProcess.Start(
            "import", "sh", ["-c", $"(head -c 1000000 '{folder.File("a.tar")}'; exec sleep 1000) | '{CliProgram.Path}' --host '{Cluster.ApiSocket}' image import - --node w1; echo ended $?"]);
        await command.ErrorLineAsync("w1  receives", s_limit);
        await node.KillAsync();
        await node.StartAsync();
        await node.UntilRegisteredAsync();
        await Cluster.Client.UntilReadyAsync(node.Id);
        await command.ErrorLineAsync("Error: 1 of 1 nodes have failed: w1: ", s_limit);
        (await HoldersAsync(Name)).ShouldBeEmpty();
        (await CallAsync("image", "import", folder.File("a.tar"), "--node", "w1")).Code.ShouldBe(0);
        (await HoldersAsync(Name)).ShouldBe(["w1"]);
    }

    [Fact]
    public async Task Pull_AgentKilledInTheMiddle_IsAnErrorAndTheSecondTimeWorks()
    {
        const string Name = "example.test/large:1";
        await Cluster.Registry.PushAsync("large", "1", Make(Name, 120_000_000), LayerPacking.Plain);
        var node = Cluster.Nodes[1];

        // So that it takes ten seconds, and is not over before the kill.
        await node.Machine.LimitSpeedAsync();
        await using var command = ChildProcess.Start("pull", CliProgram.Path, ["--host", Cluster.ApiSocket, "image", "pull", Name, "--node", "w2"]);
        await command.ErrorLineAsync("w2  downloads", s_limit);
        await node.KillAsync();
        await node.StartAsync();
        await node.UntilRegisteredAsync();
        await Cluster.Client.UntilReadyAsync(node.Id);
        (await command.Exited.WaitAsync(s_limit)).ShouldBe(1);
        await node.Machine.RestoreSpeedAsync();
        (await CallAsync("image", "pull", Name, "--node", "w2")).Code.ShouldBe(0);
        (await HoldersAsync(Name)).ShouldBe(["w2"]);
    }

    [Fact]
    public async Task Import_FullDisk_IsAClearErrorAndWorksOnceThereIsRoom()
    {
        const string Name = "example.test/full:1";
        using var folder = TempFolder.Create("archive");
        await Make(Name, 10_000_000).WriteArchiveAsync(folder.File("a.tar"));
        var (node, disk) = await Cluster.AddWorkerOnSmallDiskAsync(64);
        await using (node)
        await using (disk)
        {
            disk.Fill();
            var (code, _, errors) = await CallAsync("image", "import", folder.File("a.tar"), "--node", node.Id.Value);
            code.ShouldBe(1);
            errors.ShouldContain($"{node.Id}: There is no room for the archive in ");
            disk.Free();
            (await CallAsync("image", "import", folder.File("a.tar"), "--node", node.Id.Value)).Code.ShouldBe(0);
            (await CallAsync("node", "remove", node.Id.Value, "--force", "--yes")).Code.ShouldBe(0);
            await node.EndedAsync();
        }
    }

    [Fact]
    public async Task Prune_ImagesThatNoTaskNeeds_GoAndOthersStay()
    {
        const string Name = "example.test/unused:1";
        var service = Cluster.Client.Service(new("needs"));
        await service.ApplyAsync(TestSpecs.OnEachNode("needs"));
        await Cluster.Client.UntilRunningAsync(new("needs"), Cluster.Nodes.Count);
        using var folder = TempFolder.Create("archive");
        await Make(Name, 1_000).WriteArchiveAsync(folder.File("a.tar"));
        (await CallAsync("image", "import", folder.File("a.tar"), "--node", "w3")).Code.ShouldBe(0);
        var (_, output, _) = await CallAsync("image", "prune", "--node", "w3", "--dry-run");
        output.ShouldContain(Name);
        output.ShouldContain("would remove ");
        output.ShouldNotContain(TestSpecs.Image);
        (await HoldersAsync(Name)).ShouldBe(["w3"]);
        (await CallAsync("image", "prune", "--node", "w3", "--yes")).Code.ShouldBe(0);
        (await HoldersAsync(Name)).ShouldBeEmpty();
        (await HoldersAsync(TestSpecs.Image)).ShouldContain("w3");
        await service.RemoveAsync();
        await Cluster.Client.UntilGoneAsync(new("needs"));
    }

    private static TestImage Make(string name, int bytes)
    {
        var content = new byte[bytes];
        new Random(1).NextBytes(content);
        return TestImage.Create(name, [TestLayer.Busybox(), new TestLayer().File("etc/content", content)]);
    }

    private Task<(int Code, string Output, string Errors)> CallAsync(params string[] words) => Tool.TryAsync(CliProgram.Path, ["--host", Cluster.ApiSocket, .. words]);

    // As containerd says, whatever Warren does.
    private async Task<List<string>> HoldersAsync(string image)
    {
        var holders = new List<string>();
        foreach (var node in Cluster.Nodes)
        {
            if ((await node.Machine.Containerd.CtrAsync("images", "ls", "-q")).Split('\n').Contains(image)) holders.Add(node.Id.Value);
        }

        return holders;
    }
}
