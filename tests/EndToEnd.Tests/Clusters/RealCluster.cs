using System.Globalization;
using System.Net;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests.Clusters;

/// <summary>A manager on this machine, workers on machines of their own, connected by mutual TLS, and a client.</summary>
public sealed class RealCluster : IAsyncLifetime
{
    private const int Workers = 3;

    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = TempFolder.Create("cluster");
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly int _port = LocalPorts.Next();
    private TestNetwork? _network;
    private ChildProcess? _manager;
    private ClusterClient? _client;

    /// <summary>The workers, w2 and so on, by the last part of their addresses.</summary>
    public IReadOnlyList<RealWorker> Nodes { get; private set; } = [];

    /// <summary>What tests look with.</summary>
    internal ClusterClient Client => _client ?? throw new InvalidOperationException("The cluster was not started.");

    private TestNetwork Network => _network!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartNewAsync();
        await StartManagerAsync();
        var image = TestImage.Busybox(TestSpecs.Image);
        var nodes = new List<RealWorker>();
        for (var i = 0; i < Workers; i++)
        {
            var machine = await _network.AddMachineAsync();
            await machine.StartContainerdAsync();
            await image.ImportIntoAsync(machine.Containerd);
            var id = string.Create(CultureInfo.InvariantCulture, $"w{i + 1}");
            nodes.Add(new(id, machine, [$"{_network.Address}:{_port}"], _authority.IssueFiles(_folder.Path, id)));
        }

        Nodes = nodes;
        foreach (var node in nodes) await node.StartAsync();
        _client = await ClusterClient.ConnectAsync(new IPEndPoint(IPAddress.Parse(_network.Address), _port), _authority.IssueFiles(_folder.Path, "client"));
        foreach (var node in nodes) await _client.UntilReadyAsync(node.Id);
    }

    /// <summary>Kills the manager by SIGKILL and starts it again on what it has stored.</summary>
    public async Task RestartManagerAsync()
    {
        await KillManagerAsync();
        await StartManagerAsync();
    }

    /// <summary>Kills the manager by SIGKILL.</summary>
    public async Task KillManagerAsync()
    {
        await _manager!.DisposeAsync();
        _manager = null;
    }

    /// <summary>Starts the manager.</summary>
    public async Task StartManagerAsync()
    {
        var files = _authority.IssueFiles(_folder.Path, "manager");
        _manager = ChildProcess.Start("manager", DaemonProgram.Path,
        [
            "manager", "--name", "m1", "--data-dir", _folder.File("manager"), "--address", Network.Address,
            "--port", _port.ToString(CultureInfo.InvariantCulture),
            "--certificate", files.Certificate, "--key", files.Key, "--authority", files.Authority,
        ], onLine: Transcript.Of(_folder.File("manager.log")));
        await _manager.LineAsync("manager m1 is ready", s_startLimit);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        foreach (var node in Nodes) await node.DisposeAsync();
        if (_manager is not null) await _manager.DisposeAsync();
        foreach (var node in Nodes) await node.Machine.DisposeAsync();
        if (_network is not null) await _network.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }
}
