using Warren.Cli.Running;
using Warren.Cli.Tests.Testing;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>What <c>top</c> shows.</summary>
public sealed class TopCommandTests : IAsyncLifetime
{
    private ScriptedManager _manager = null!;

    public async System.Threading.Tasks.Task InitializeAsync()
    {
        _manager = await ScriptedManager.StartAsync();
        _manager.Stats = new()
        {
            At = ScriptedManager.Ago(0),
            Nodes =
            {
                new NodeStats { Node = "n1", Name = "node1.example", CpuCores = 1.256, CpuCoresTotal = 4, Memory = 3L << 30, MemoryTotal = 8L << 30, Disk = 20L << 30, DiskTotal = 100L << 30 },
                new NodeStats { Node = "n2", Name = "node2.example", Notice = "node n2 is not connected" },
                new NodeStats { Node = "n3", Name = "a.node3.example", CpuCores = 3.9, CpuCoresTotal = 8, Memory = 1L << 30, MemoryTotal = 8L << 30, Disk = 1L << 30, DiskTotal = 2L << 40 },
            },
            Tasks =
            {
                Task("a-service-with-a-rather-long-name-indeed.1.1", 0.5, 64 << 20, 128 << 20),
                Task("web.1.17", 2.25, 700 << 20, null),
                new TaskStats { Task = "web.2.3", Service = "web", Node = "n2", NodeName = "node2.example", Notice = "node n2 is not connected" },
            },
            Services =
            {
                new ServiceStats { Service = "a-service-with-a-rather-long-name-indeed", Tasks = 1, Measured = 1, CpuCores = 0.5, Memory = 64 << 20, Pids = 3, NetworkReceived = Bytes(1_300), NetworkSent = Bytes(12) },
                new ServiceStats { Service = "web", Tasks = 2, Measured = 1, CpuCores = 2.25, Memory = 700 << 20, Pids = 12, BlockRead = Bytes(0), BlockWritten = Bytes(5 << 20) },
                new ServiceStats { Service = "zero", Tasks = 1 },
            },
        };
    }

    public async System.Threading.Tasks.Task DisposeAsync() => await _manager.DisposeAsync();

    [Theory]
    [InlineData("top-services", "top")]
    [InlineData("top-tasks", "top", "tasks", "--once")]
    [InlineData("top-nodes", "top", "nodes", "--sort", "memory")]
    [InlineData("top-nodes-json", "top", "nodes", "--output", "json", "--sort", "name")]
    [InlineData("top-wrong-order", "top", "--sort", "cpus")]
    public async System.Threading.Tasks.Task Top_NoTerminal_IsOneTable(string golden, params string[] words) => (await _manager.RunAsync(words)).ShouldBeGolden(golden);

    [Fact]
    public async System.Threading.Tasks.Task Top_Typed_AsksForWhatIsWanted()
    {
        await _manager.RunAsync("top", "nodes", "--node", "n1");
        var asked = _manager.Asked.OfType<GetStatsRequest>().Last();
        (asked.Node, asked.HasService, asked.NodesOnly).ShouldBe(("n1", false, true));
        await _manager.RunAsync("top", "tasks", "--service", "web");
        asked = _manager.Asked.OfType<GetStatsRequest>().Last();
        (asked.HasNode, asked.Service, asked.NodesOnly).ShouldBe((false, "web", false));
    }

    [Fact]
    public async System.Threading.Tasks.Task Top_OnATerminal_IsDrawnOverAndOverInOnePlaceAsFarAsThereIsRoom()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, new MemoryStream()) { CanRedrawOut = true, Measure = () => (70, 4) };
        using var app = new App(terminal, TimeProvider.System);
        (await app.RunAsync(["--host", _manager.SocketPath, "top", "nodes", "--interval", "500ms"])).ShouldBe(0);
        _manager.Asked.OfType<StreamStatsRequest>().First().Interval.ToTimeSpan().ShouldBe(TimeSpan.FromMilliseconds(500));
        var frames = output.ToString().Split("\e[J", StringSplitOptions.RemoveEmptyEntries);
        frames.Length.ShouldBe(2);
        var lines = frames[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace("\e[K", "", StringComparison.Ordinal)).ToArray();
        lines[0].ShouldEndWith("  3 nodes, 1 without answer  5.16 of 12 cores  4G of 16G");
        lines[1].ShouldStartWith("ID  NAME");
        lines[2].ShouldBe("and 3 more");
        frames[1].ShouldStartWith("\e[3A\r\e[K");
    }

    private static TaskStats Task(string id, double cores, long memory, long? limit)
    {
        var task = new TaskStats
        {
            Task = id,
            Service = id.Split('.')[0],
            Node = "n1",
            NodeName = "node1.example",
            CpuCores = cores,
            Memory = memory,
            Pids = 3,
            NetworkReceived = Bytes(999),
            NetworkSent = Bytes(1_048_000),
            BlockRead = Bytes(10_240),
            BlockWritten = new() { Total = 5 },
        };
        if (limit is { } most) task.MemoryLimit = most;
        return task;
    }

    private static CountedBytes Bytes(double rate) => new() { Total = 1 << 20, Rate = rate };
}
