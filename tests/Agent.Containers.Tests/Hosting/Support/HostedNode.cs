using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Containers.Tests.Runtime.Containerd;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.TestSupport;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Hosting.Support;

/// <summary>A node with a containerd of its own, in a network namespace of its own, and the process of a whole agent on it.</summary>
public sealed class HostedNode : IAsyncLifetime
{
    /// <summary>The image of busybox and the probe; it asks for a volume at <c>/image</c>.</summary>
    public const string Image = "example.test/probe:1";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1), s_leftoverLimit = TimeSpan.FromSeconds(30), s_pause = TimeSpan.FromMilliseconds(50);

    private readonly TempFolder _folder = TempFolder.Create("node");
    private TestNode? _node;
    private PrivateContainerd? _containerd;
    private ChildProcess? _agent;
    private int _lastCommand;

    /// <summary>How long the agent leaves a stray alone.</summary>
    public TimeSpan StrayGrace { get; init; } = TimeSpan.FromMinutes(5);

    public PrivateContainerd Containerd => _containerd!;

    internal TestNode Machine => _node!;

    internal HostedPlace Place => new(_folder.Path, Containerd.Socket, Containerd.State, Containerd.Namespace, StrayGrace);

    public async Task InitializeAsync()
    {
        _node = TestNode.Create();
        _containerd = await PrivateContainerd.StartNewAsync();
        var config = new JsonObject
        {
            ["Entrypoint"] = new JsonArray("/probe"),
            ["Cmd"] = new JsonArray("serve", "8080"),
            ["Env"] = new JsonArray("FROM=image", "PATH=/bin"),
            ["Volumes"] = new JsonObject { ["/image"] = new JsonObject() },
        };
        var image = TestImage.Create(Image, [TestLayer.Busybox(), await ProbeProgram.LayerAsync()], config);
        await image.ImportIntoAsync(_containerd);
        await StartAgentAsync();
    }

    public async Task DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        if (_containerd is not null) await _containerd.DisposeAsync();
        foreach (var mount in Mounts().Reverse()) Shell.TryRun("umount", "-l", mount);
        if (_node is not null) await _node.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A folder of this test's own on the node.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;

    /// <summary>Starts the agent.</summary>
    /// <returns>The containers that it found.</returns>
    internal async Task<HostedStatus[]> StartAgentAsync()
    {
        _agent = ChildProcess.Start(
            "agent", "nsenter",
            ["--net=" + Machine.Host.Path, "dotnet", typeof(HostedAgent).Assembly.Location, HostedAgent.Role, JsonSerializer.Serialize(Place)]);
        var line = await _agent.LineAsync("ready ", s_limit);
        return JsonSerializer.Deserialize<HostedStatus[]>(line["ready ".Length..])!;
    }

    /// <summary>Ends the agent without its knowledge.</summary>
    internal async Task KillAgentAsync()
    {
        _agent!.Send(Signal.Kill);
        await _agent.Exited;
        await _agent.DisposeAsync();
    }

    /// <summary>Waits until the agent logs something.</summary>
    internal Task<string> LogAsync(string part) => _agent!.ErrorLineAsync(part, s_limit);

    internal async Task<HostedAnswer> TellAsync(HostedCommand command)
    {
        var number = await SendAsync(command);
        var start = $"answer {number.ToString(CultureInfo.InvariantCulture)} ";
        return JsonSerializer.Deserialize<HostedAnswer>((await _agent!.LineAsync(start, s_limit))[start.Length..])!;
    }

    /// <summary>Gives a command whose answer nobody waits for.</summary>
    internal async Task<int> SendAsync(HostedCommand command)
    {
        var number = Interlocked.Increment(ref _lastCommand);
        await _agent!.TellAsync(JsonSerializer.Serialize(command with { Number = number }, HostedJson.Options));
        return number;
    }

    internal async Task<HostedAnswer> DoAsync(string verb, string? id = null)
    {
        var answer = await TellAsync(new(0, verb, Id: id));
        answer.Fault.ShouldBeNull(answer.Message);
        return answer;
    }

    internal async Task<HostedStatus> StartAsync(ContainerOrder order)
    {
        var answer = await TellAsync(new(0, "start", order));
        answer.Fault.ShouldBeNull(answer.Message);
        return answer.Containers.ShouldHaveSingleItem();
    }

    /// <summary>Waits until a container has written a line.</summary>
    internal async Task SaidAsync(string id, string line) => (await LogsAsync(id, lines => lines.Contains(line))).ShouldContain(line);

    /// <summary>Waits until the log of a container holds what is looked for: a line is there a moment after it was written, not at once.</summary>
    /// <returns>The whole log by then, or after a limit.</returns>
    internal async Task<string[]> LogsAsync(string id, Predicate<string[]> isThere)
    {
        var until = TimeProvider.System.GetUtcNow() + s_limit;
        while (true)
        {
            var lines = (await DoAsync("logs", id)).Lines;
            if (isThere(lines) || TimeProvider.System.GetUtcNow() > until) return lines;
            await Task.Delay(s_pause);
        }
    }

    internal static ContainerOrder Order(string id, ContainerSpec spec) => new()
    {
        Id = new(id),
        Spec = spec,
        Owner = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.Task, id).Add(OwnerLabels.Service, "web"),
    };

    /// <summary>Waits until nothing of any container is left on the node.</summary>
    /// <returns>What is left after a limit, a line each.</returns>
    internal async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var until = TimeProvider.System.GetUtcNow() + s_leftoverLimit;
        while (true)
        {
            List<string> found =
            [
                .. await Leftovers.LookAsync(Containerd, Path.Combine(Place.RunFolder, "containerd"), Path.Combine(Place.DataFolder, "logs")),
                .. Machine.Host.Run("ip", "-br", "link", "show", "type", "veth").Split('\n').Where(line => line.StartsWith("wrn", StringComparison.Ordinal)),
                .. Machine.Host.Run("nft", "list", "table", "inet", "warren").Split('\n').Where(line => line.Contains("elements", StringComparison.Ordinal)),
                .. Mounts().Select(mount => $"mount {mount}"),
                .. Entries(Place.RunFolder, "netns", "files", "names"),
                .. Entries(Place.DataFolder, "image-volumes", "logs"),
                .. (await DoAsync("attachments")).Lines.Select(id => $"attachment of {id}"),
                .. (await DoAsync("users")).Lines.Select(id => $"use of a volume by {id}"),
            ];
            if (found.Count == 0 || TimeProvider.System.GetUtcNow() > until) return found;
            await Task.Delay(s_pause);
        }
    }

    private static IEnumerable<string> Entries(string folder, params string[] names) =>
        names.Select(name => Path.Combine(folder, name)).Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries);

    private IEnumerable<string> Mounts() => File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1])
        .Where(target => target.StartsWith(_folder.Path + "/", StringComparison.Ordinal)).ToList();
}
