using System.Globalization;
using System.Net;
using Warren.Clusters;
using Warren.Nodes;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Harness.Clusters;

/// <summary>A manager on this machine that has made its cluster, and a client with the manager's own identity. Workers join it by token; they need no root.</summary>
public sealed class FoundedCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = TempFolder.Create("founded");
    private readonly List<(string Name, ChildProcess Process)> _managers = [];
    private readonly Dictionary<string, IPEndPoint> _apis = [];
    private readonly Dictionary<string, IPEndPoint> _rests = [];
    private ClusterClient? _client;

    /// <summary>A client of the manager.</summary>
    public ClusterClient Client => _client ?? throw new InvalidOperationException("The cluster was not started.");

    /// <summary>The process of the first manager.</summary>
    public ChildProcess Manager => _managers[0].Process;

    /// <summary>The cluster's grain.</summary>
    public IClusterGrain Cluster => Client.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; } = new(IPAddress.Loopback, LocalPorts.Next());

    /// <summary>Where machines join.</summary>
    public IPEndPoint JoinEndpoint { get; } = new(IPAddress.Loopback, LocalPorts.Next());

    /// <summary>Where the second manager listens.</summary>
    public IPEndPoint Second { get; } = new(IPAddress.Loopback, LocalPorts.Next());

    /// <summary>The port at which machines join there.</summary>
    public int SecondJoinPort { get; } = LocalPorts.Next();

    /// <summary>All that its processes have logged.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>What its processes log at least, as of <c>--log-level</c>. Default (null): what they do by themselves.</summary>
    public string? LogLevel { get; init; }

    /// <summary>Starts the manager, which makes the cluster, and the client.</summary>
    /// <param name="store">Arguments of the manager about its store.</param>
    public async Task StartAsync(params string[] store)
    {
        await StartManagerAsync("m1", Endpoint, JoinEndpoint.Port, store);
        _client = await ClusterClient.ConnectAsync(Endpoint, IdentityOf("m1"));
    }

    /// <summary>Starts two managers, m1 and m2, on a database of their own, and the client of the first.</summary>
    /// <param name="postgres">The server.</param>
    /// <param name="more">More arguments of both.</param>
    /// <returns>Their arguments, to start one again.</returns>
    public Task<string[]> StartTwoAsync(PrivatePostgres postgres, params string[] more) => StartTwoAsync(postgres, ofSecond: null, more);

    /// <summary>Starts two managers, m1 and m2, on a database of their own, and the client of the first.</summary>
    /// <param name="postgres">The server.</param>
    /// <param name="ofSecond">Variables of the second's environment. Null: none.</param>
    /// <param name="more">More arguments of both.</param>
    /// <returns>Their arguments, to start one again.</returns>
    public async Task<string[]> StartTwoAsync(PrivatePostgres postgres, IReadOnlyDictionary<string, string?>? ofSecond, params string[] more)
    {
        var connection = PathOf("postgres");
        await File.WriteAllTextAsync(connection, await postgres.NewDatabaseAsync());
        string[] store = ["--store", "postgres", "--postgres-file", connection, .. more];
        await StartAsync(store);
        var token = await Cluster.CreateTokenAsync(new() { Role = NodeRole.Manager });
        await StartManagerAsync("m2", Second, SecondJoinPort, ofSecond, [.. store, "--token", token, "--manager", JoinEndpoint.ToString()]);
        return store;
    }

    /// <summary>A path of this cluster's own.</summary>
    public string PathOf(string name) => _folder.File(name);

    /// <summary>The identity of one of its processes.</summary>
    public CertificateFiles IdentityOf(string name)
    {
        var folder = Path.Combine(PathOf(name), "identity");
        return new(Path.Combine(folder, "node.crt"), Path.Combine(folder, "node.key"), Path.Combine(folder, "authority.crt"));
    }

    /// <summary>Where a manager that was started serves its API to callers with a certificate.</summary>
    public IPEndPoint ApiOf(string name) => _apis[name];

    /// <summary>Where it serves the API as REST.</summary>
    public IPEndPoint RestOf(string name) => _rests[name];

    /// <summary>Starts a manager; returns when it is ready.</summary>
    public Task StartManagerAsync(string name, IPEndPoint endpoint, int joinPort, params string[] more) => StartManagerAsync(name, endpoint, joinPort, environment: null, more);

    /// <summary>Starts a manager; returns when it is ready.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="joinPort">Where machines join by it.</param>
    /// <param name="environment">Variables of its environment. Null: none.</param>
    /// <param name="more">More arguments.</param>
    public async Task StartManagerAsync(string name, IPEndPoint endpoint, int joinPort, IReadOnlyDictionary<string, string?>? environment, string[] more)
    {
        if (!_apis.TryGetValue(name, out var api)) _apis.Add(name, api = new(endpoint.Address, LocalPorts.Next()));
        if (!_rests.TryGetValue(name, out var rest)) _rests.Add(name, rest = new(endpoint.Address, LocalPorts.Next()));
        var manager = Run(name, environment,
        [
            "manager", "--name", name, "--data-dir", PathOf(name), "--address", endpoint.Address.ToString(), "--port", Text(endpoint.Port), "--join-port", Text(joinPort),
            "--api-port", Text(api.Port), "--rest-port", Text(rest.Port), "--api-socket", PathOf(name + ".sock"), .. more,
        ]);
        _managers.Add((name, manager));
        await manager.LineAsync($"manager {name} is ready", s_limit);
    }

    /// <summary>Ends the managers.</summary>
    public async Task StopAsync()
    {
        foreach (var manager in Enumerable.Reverse(_managers)) await manager.Process.DisposeAsync();
        _managers.Clear();
    }

    /// <summary>The process of a manager that was started.</summary>
    public ChildProcess ManagerOf(string name) => _managers.Single(manager => manager.Name == name).Process;

    /// <summary>Kills one manager; the others go on.</summary>
    public async Task KillManagerAsync(string name)
    {
        var at = _managers.FindIndex(manager => manager.Name == name);
        await _managers[at].Process.DisposeAsync();
        _managers.RemoveAt(at);
    }

    /// <summary>Starts a worker whose containers are pretended; the caller disposes of it.</summary>
    /// <param name="name">Its name, and its node's.</param>
    /// <param name="token">Its token; null for none.</param>
    /// <param name="joinPort">The port at which it joins; null for that of the cluster.</param>
    /// <param name="clock">How far its clock is off, such as <c>-10m</c>; null for not at all.</param>
    public ChildProcess StartWorker(string name, string? token, int? joinPort = null, string? clock = null) => Run(name, clock is null ? null : FakeTime.Variables(clock),
    [
        "worker", "--runtime", "fake", "--name", name, "--node-id", name, "--data-dir", PathOf(name), "--run-dir", PathOf(name + "-run"),
        "--manager", Endpoint.ToString(), "--join-port", Text(joinPort ?? JoinEndpoint.Port), .. token is null ? Array.Empty<string>() : ["--token", token],
    ]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        await StopAsync();
        _folder.Dispose();
    }

    private ChildProcess Run(string name, IReadOnlyDictionary<string, string?>? environment, string[] arguments) => ChildProcess.Start(
        name, DaemonProgram.Path, LogLevel is null ? arguments : [.. arguments, "--log-level", LogLevel], environment: environment, onLine: Lines.Enqueue);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
