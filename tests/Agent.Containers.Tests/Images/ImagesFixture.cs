using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Images;
using Warren.Agent.Images.Containerd;
using Warren.Agent.Runtime.Containerd;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>A containerd and a registry with TLS and basic authentication, and stores that use them.</summary>
public sealed class ImagesFixture : IAsyncLifetime
{
    private static readonly TimeSpan s_leftoverLimit = TimeSpan.FromSeconds(30), s_pause = TimeSpan.FromMilliseconds(50);

    private readonly TempFolder _folder = TempFolder.Create("images");
    private readonly JsonObject _registries = [];
    private ContainerdConnection? _connection;
    private int _names;

    public PrivateContainerd Containerd { get; private set; } = null!;

    public PrivateRegistry Registry { get; private set; } = null!;

    /// <summary>Where settings and spooled archives lie.</summary>
    public string Folder => _folder.Path;

    internal ContainerdConnection Connection => _connection!;

    public Task InitializeAsync() => StartAsync(null);

    public async Task StartAsync(string? containerdFolder)
    {
        Containerd = await PrivateContainerd.StartNewAsync(containerdFolder);
        Registry = await PrivateRegistry.StartNewAsync();
        _connection = Connect();
        Trust(Registry.Host);
        await File.WriteAllTextAsync(_folder.File("credentials.json"), new JsonObject().ToJsonString());
        File.SetUnixFileMode(_folder.File("credentials.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A repository that no other test has.</summary>
    public string NewRepository() => $"team/image{Interlocked.Increment(ref _names)}";

    /// <summary>Makes the registry's authority known for a host.</summary>
    public void Trust(string host)
    {
        _registries[host] = new JsonObject { ["ca"] = Registry.CaFile };
        File.WriteAllText(_folder.File("registries.json"), new JsonObject { ["registries"] = _registries.DeepClone() }.ToJsonString());
    }

    /// <summary>Writes the credentials file.</summary>
    public void PutCredentials(string host, string user, string password) => File.WriteAllText(
        _folder.File("credentials.json"),
        JsonSerializer.Serialize(new { auths = new Dictionary<string, object> { [host] = new { username = user, password } } }));

    public PullOptions Credentials => new() { Credentials = new(Registry.User, Registry.Password) };

    public ImageReference Reference(string repository, string tag = "1") => ImageReferences.Parse($"{Registry.Host}/{repository}:{tag}");

    internal ImageOptions Options() => new()
    {
        RegistriesFile = _folder.File("registries.json"),
        CredentialsFile = _folder.File("credentials.json"),
        DataDirectory = _folder.File("data"),
        FirstPause = TimeSpan.FromMilliseconds(50),
        MaxPause = TimeSpan.FromMilliseconds(500),
    };

    internal ContainerdConnection Connect() => new(ContainerdOptions(), TimeProvider.System);

    internal ContainerdOptions ContainerdOptions() => new() { SocketPath = Containerd.Socket, Namespace = Containerd.Namespace };

    internal ContainerdImageStore CreateStore(
        ImageOptions? options = null, PlatformMatcher? platforms = null, Func<string, DiskUse>? measure = null, TimeProvider? time = null) =>
        new(
            Connection,
            ContainerdOptions(),
            options ?? Options(),
            time ?? TimeProvider.System,
            NullLogger<ContainerdImageStore>.Instance,
            platforms,
            measure);

    /// <summary>Digests of all blobs in the namespace.</summary>
    public async Task<string> ContentAsync() => await Containerd.CtrAsync("content", "ls", "-q");

    public async Task<string> SnapshotsAsync() => await Containerd.CtrAsync("snapshots", "ls");

    /// <summary>Ends what broken pulls have left for the next ones, as a day's time would.</summary>
    public async Task ForgetBrokenPullsAsync()
    {
        foreach (var lease in (await Containerd.CtrAsync("leases", "ls", "-q")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await Containerd.CtrAsync("leases", "delete", "--sync", lease);
    }

    /// <summary>Asserts that pulls have left no lease, no write and no half-unpacked layer once containerd has cleared up by itself.</summary>
    public async Task ShouldHoldNoLeftoversAsync()
    {
        var until = TimeProvider.System.GetUtcNow() + s_leftoverLimit;
        while (true)
        {
            var leases = await Containerd.CtrAsync("leases", "ls", "-q");
            var writes = (await Connection.Content.ListStatusesAsync(new(), Connection.Short(CancellationToken.None))).Statuses;
            var snapshots = await SnapshotsAsync();
            var isClear = leases.Length == 0 && writes.Count == 0 && !snapshots.Contains("warren-unpack", StringComparison.Ordinal);
            if (isClear || TimeProvider.System.GetUtcNow() > until)
            {
                leases.ShouldBe("");
                writes.ShouldBeEmpty();
                snapshots.ShouldNotContain("warren-unpack");
                return;
            }
            await Task.Delay(s_pause);
        }
    }

    public async Task DisposeAsync()
    {
        _connection?.Dispose();
        await Registry.DisposeAsync();
        await Containerd.DisposeAsync();
        _folder.Dispose();
    }
}
