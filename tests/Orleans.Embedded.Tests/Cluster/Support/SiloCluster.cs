using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.Runtime.Reminders;
using Orleans.TestingHost;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>
/// Whole silos and clients in this process, on a network in memory, with a membership table, a store and a reminder table that they share.
/// Silos can be killed and paused: either way they do nothing more that others could see.
/// </summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    /// <summary>An upper limit for things that take a moment on an idle machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClusterSettings _settings;
    private readonly List<TestSilo> _silos = [];
    private readonly List<TestClient> _clients = [];
    private int _lastPort = 10_000;

    private SiloCluster(ClusterSettings settings, InMemoryNetwork network)
    {
        (_settings, Network) = (settings, network);
        Storage = new SharedStorage(Events);
    }

    public InMemoryNetwork Network { get; }

    public InMemoryMembershipTable Table { get; } = new();

    public InMemoryReminderTable Reminders { get; } = new();

    public SharedStorage Storage { get; }

    public ActivationJournal Journal { get; } = new();

    public Events Events { get; } = new();

    /// <summary>All silos that were ever started, in order.</summary>
    public IReadOnlyList<TestSilo> Silos => _silos;

    /// <summary>The first client.</summary>
    public TestClient Client => _clients[0];

    public IClusterClient Grains => Client.Grains;

    /// <summary>Starts the silos, one after another, and a client that knows them all.</summary>
    public static Task<SiloCluster> StartAsync() => StartAsync(new ClusterSettings());

    /// <inheritdoc cref="StartAsync()"/>
    public static async Task<SiloCluster> StartAsync(ClusterSettings settings)
    {
        var cluster = new SiloCluster(settings, new InMemoryNetwork(TimeProvider.System));
        try
        {
            for (var i = 0; i < settings.Silos; i++) await cluster.StartSiloAsync();
            await cluster.StartClientAsync();
            await cluster.AgreedAsync();
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    public async Task<TestSilo> StartSiloAsync(Action<ISiloBuilder>? configure = null)
    {
        var silo = CreateSilo(configure);
        _silos.Add(silo);
        await silo.Host.StartAsync();
        return silo;
    }

    /// <summary>Makes a silo that is not started yet.</summary>
    public TestSilo CreateSilo(Action<ISiloBuilder>? configure = null)
    {
        var port = ++_lastPort;
        var name = $"silo-{port - 10_000}";
        var (gate, time) = (new SiloGate(), new SiloTime());
        TestSilo? silo = null;
        var host = CreateHost(name, builder => builder.UseOrleans(orleans =>
        {
            orleans.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (_settings.ClusterId, "tests"));
            orleans.Configure<SiloOptions>(options => options.SiloName = name);
            orleans.Configure(_settings.Membership);
            orleans.ConfigureEndpoints(IPAddress.Loopback, port, 0);
            orleans.Configure<ReminderOptions>(static options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
            orleans.Services.AddSingleton<TimeProvider>(time);
            orleans.Services.AddSingleton<IMembershipTable>(new GatedMembershipTable(Table, gate));
            orleans.Services.AddSingleton<IReminderTable>(Reminders);
            orleans.Services.AddKeyedSingleton(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, Storage.Of(() => silo!.Address, gate));
            orleans.Services.AddSingleton(Journal);
            orleans.Services.AddSingleton(Events);
            orleans.AddReminders();
            _settings.Silo(orleans);
            configure?.Invoke(orleans);
        }));
        silo = new TestSilo(name, host, gate, time);
        return silo;
    }

    /// <param name="gateways">The silos that the client knows; all when none is named.</param>
    public Task<TestClient> StartClientAsync(params TestSilo[] gateways) => StartClientAsync(static _ => { }, gateways);

    public async Task<TestClient> StartClientAsync(Action<ClusterOptions> configure, params TestSilo[] gateways)
    {
        var name = $"client-{_clients.Count + 1}";
        IEnumerable<TestSilo> known = gateways.Length > 0 ? gateways : _silos;
        var host = CreateHost(name, builder => builder.UseOrleansClient(orleans =>
        {
            orleans.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (_settings.ClusterId, "tests"));
            orleans.Configure(configure);
            orleans.UseStaticClustering([.. known.Select(static silo => silo.Address.Endpoint)]);
            _settings.Client(orleans);
        }));
        var client = new TestClient(name, host);
        _clients.Add(client);
        await host.StartAsync();
        return client;
    }

    public Task StopAsync(TestSilo silo) => silo.Host.StopAsync();

    /// <summary>Ends a silo as the end of its process does.</summary>
    public async Task KillAsync(TestSilo silo)
    {
        // The dead answer nothing: what its grains say of the stores that they no longer reach must not get out.
        foreach (var other in NodesBut(silo)) Network.Link(silo.Name, other).Hold();
        silo.Gate.Kill();
        silo.Time.Freeze();
        await Network.KillAsync(silo.Name);
        silo.Get<SiloRuntime>().Halt();
        await silo.Get<MembershipAgent>().DisposeAsync();
        await silo.Get<ConnectionManager>().DisposeAsync();
        foreach (var other in NodesBut(silo)) Network.Link(silo.Name, other).Release();
        Journal.OnSiloGone(silo.Address.ToString());
    }

    /// <summary>Stops a silo's clock, and all its traffic with others and with the stores, as SIGSTOP does.</summary>
    public void Pause(TestSilo silo)
    {
        silo.Time.Freeze();
        silo.Gate.Pause();
        foreach (var other in NodesBut(silo))
        {
            Network.Link(silo.Name, other).Hold();
            Network.Link(other, silo.Name).Hold();
        }
    }

    public void Resume(TestSilo silo)
    {
        foreach (var other in NodesBut(silo))
        {
            Network.Link(silo.Name, other).Release();
            Network.Link(other, silo.Name).Release();
        }

        silo.Gate.Resume();
        silo.Time.Thaw();
    }

    /// <summary>Ends when a process knows a view of the cluster that fulfils the condition.</summary>
    public static async Task<ClusterView> ViewAsync(ClusterViewSource views, Func<ClusterView, bool> condition)
    {
        var reached = new TaskCompletionSource<ClusterView>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = views.Subscribe((_, view) =>
        {
            if (condition(view)) reached.TrySetResult(view);
        });
        if (condition(views.Current)) return views.Current;
        return await reached.Task.WaitAsync(Patience);
    }

    /// <summary>Ends when all the silos that live, and the clients, know that a silo is dead.</summary>
    public Task DeadAsync(TestSilo dead) => Task.WhenAll(
        SourcesBut(dead).Select(views => ViewAsync(views, view => view.StatusOf(dead.Address) is SiloStatus.Dead)));

    /// <summary>Ends when all silos and clients have the same active silos as the membership table.</summary>
    public async Task AgreedAsync()
    {
        var table = ClusterView.Of(await Table.ReadAll());
        await Task.WhenAll(SourcesBut(null).Select(views => ViewAsync(views, view => view.Version >= table.Version)));
    }

    /// <summary>The number of a counter's key that a silo owns now.</summary>
    public string KeyIn<TGrain>(TestSilo silo, string prefix = "k")
        where TGrain : IGrainWithStringKey
    {
        for (var i = 0; ; i++)
        {
            var key = $"{prefix}{i}";
            if (silo.Address.Equals(Client.Views.Current.Ring.OwnerOf(Grains.GetGrain<TGrain>(key).GetGrainId()))) return key;
        }
    }

    /// <summary>A grain that a silo owns now.</summary>
    public TGrain GrainIn<TGrain>(TestSilo silo, string prefix = "k")
        where TGrain : IGrainWithStringKey => Grains.GetGrain<TGrain>(KeyIn<TGrain>(silo, prefix));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.Host.StopAsync();
            client.Host.Dispose();
        }

        using var impatience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        foreach (var silo in _silos) silo.Time.Thaw();
        foreach (var silo in _silos)
        {
            await silo.Host.StopAsync(impatience.Token);
            silo.Host.Dispose();
        }

        await Network.DisposeAsync();
    }

    private IHost CreateHost(string name, Action<HostApplicationBuilder> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new EventLog(name, Events));
        configure(builder);
        var transport = Network.TransportOf(name);
        builder.Services.AddSingleton(new NetworkTransport(transport, transport, NoTransportSecurity.Instance));
        return builder.Build();
    }

    private IEnumerable<string> NodesBut(TestSilo silo) =>
        _silos.Where(other => other != silo).Select(static other => other.Name).Concat(_clients.Select(static client => client.Name));

    private IEnumerable<ClusterViewSource> SourcesBut(TestSilo? silo) =>
        _silos.Where(other => other != silo && !other.Get<SiloRuntime>().IsHalted).Select(static other => other.Views)
            .Concat(_clients.Select(static client => client.Views));
}
