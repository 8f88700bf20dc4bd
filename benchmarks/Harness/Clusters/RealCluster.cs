using System.Globalization;
using System.Net;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.Harness.Clusters;

/// <summary>
/// A manager and a registry on this machine, workers on machines of their own, connected by mutual TLS, and a client. What is pushed to the registry
/// is found under <c>example.test</c>, whose mirror it is.
/// </summary>
/// <param name="apiSocket">Where the manager serves the API. Default (null): in a folder of the cluster's own.</param>
public sealed class RealCluster(string? apiSocket = null) : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(1);
    private static readonly TestImage s_image = TestImage.Busybox(TestSpecs.Image);

    private readonly TempFolder _folder = TempFolder.Create("cluster");
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly int _port = LocalPorts.Next();
    private int _added;
    private TestNetwork? _network;
    private PrivateRegistry? _registry;
    private ChildProcess? _manager;
    private ClusterClient? _client;

    /// <summary>The workers: w1, w2 and so on.</summary>
    public IReadOnlyList<RealWorker> Nodes { get; private set; } = [];

    /// <summary>A client of the manager.</summary>
    public ClusterClient Client => _client ?? throw new InvalidOperationException("The cluster was not started.");

    /// <summary>The registry; it has <see cref="TestSpecs.Image"/>.</summary>
    public PrivateRegistry Registry => _registry ?? throw new InvalidOperationException("The cluster was not started.");

    private TestNetwork Network => _network!;

    private string RegistriesFile => _folder.File("registries.json");

    /// <summary>The manager's process.</summary>
    public int ManagerProcess => (_manager ?? throw new InvalidOperationException("The manager does not run.")).Id;

    /// <summary>Where the manager listens.</summary>
    public IPEndPoint Endpoint => new(IPAddress.Parse(Network.Address), _port);

    /// <summary>The folder of the manager's store.</summary>
    public string ManagerFolder => _folder.File("manager");

    /// <summary>The socket on which the manager serves the API.</summary>
    public string ApiSocket => apiSocket ?? _folder.File("api.sock");

    /// <summary>Starts manager, workers and client.</summary>
    public async Task StartAsync(int workers)
    {
        _network = await TestNetwork.StartNewAsync();
        _registry = await PrivateRegistry.StartNewAsync(RegistryAccess.Open, _network.Address);
        await File.WriteAllTextAsync(RegistriesFile, $$"""
            { "registries": { "example.test": { "mirrors": ["{{_registry.Host}}"] }, "{{_registry.Host}}": { "insecure": "unverified-tls" } } }
            """);
        await _registry.PushAsync("busybox", "1", s_image, LayerPacking.Plain);
        await StartManagerAsync();
        var nodes = new List<RealWorker>();
        for (var i = 0; i < workers; i++)
        {
            nodes.Add(await MakeWorkerAsync(string.Create(CultureInfo.InvariantCulture, $"w{i + 1}")));
        }

        Nodes = nodes;
        foreach (var node in nodes) await node.StartAsync();
        _client = await ClusterClient.ConnectAsync(Endpoint, IssueFiles("client"));
        foreach (var node in nodes) await _client.UntilReadyAsync(node.Id);
    }

    /// <summary>Adds a worker for a part of a test, which disposes of it; it is none of <see cref="Nodes"/>.</summary>
    /// <param name="options">Further options of its command line.</param>
    public async Task<RealWorker> AddWorkerAsync(params string[] options)
    {
        var node = await MakeWorkerAsync(string.Create(CultureInfo.InvariantCulture, $"x{++_added}"), options);
        await node.StartAsync();
        await Client.UntilReadyAsync(node.Id);
        return node;
    }

    /// <summary>Adds a worker as <see cref="AddWorkerAsync"/> does, whose data folder is a disk of its own that can be filled; the caller disposes of both.</summary>
    /// <param name="megabytes">The disk's size.</param>
    public async Task<(RealWorker Node, SmallDisk Disk)> AddWorkerOnSmallDiskAsync(int megabytes)
    {
        var node = await MakeWorkerAsync(string.Create(CultureInfo.InvariantCulture, $"x{++_added}"));
        var disk = await SmallDisk.MountAsync(megabytes, folder: node.Machine.PathOf("data"));
        await node.StartAsync();
        await Client.UntilReadyAsync(node.Id);
        return (node, disk);
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
        var files = IssueFiles("manager");
        _manager = ChildProcess.Start("manager", DaemonProgram.Path,
        [
            "manager", "--name", "m1", "--data-dir", ManagerFolder, "--address", Network.Address,
            "--port", _port.ToString(CultureInfo.InvariantCulture), "--api-socket", ApiSocket,
            "--certificate", files.Certificate, "--key", files.Key, "--authority", files.Authority, "--registries-file", RegistriesFile,
        ], onLine: Transcript.Of(_folder.File("manager.log")));
        await _manager.LineAsync("manager m1 is ready", s_startLimit);
    }

    /// <summary>Makes a certificate of the cluster's authority, by default one that allows everything.</summary>
    public CertificateFiles IssueFiles(string name, string role = "manager") => _authority.IssueFiles(_folder.Path, name, role: role);

    private async Task<RealWorker> MakeWorkerAsync(string id, params string[] options)
    {
        var machine = await Network.AddMachineAsync();
        await machine.StartContainerdAsync();
        await s_image.ImportIntoAsync(machine.Containerd);
        return new(id, machine, [$"{Network.Address}:{_port}"], IssueFiles(id, "worker"), RegistriesFile, options);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        foreach (var node in Nodes) await node.StopAsync();
        if (_manager is not null) await _manager.DisposeAsync();
        foreach (var node in Nodes) await node.DisposeAsync();
        if (_registry is not null) await _registry.DisposeAsync();
        if (_network is not null) await _network.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }
}
