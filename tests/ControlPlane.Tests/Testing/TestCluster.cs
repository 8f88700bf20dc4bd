using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using Warren.Events;
using Warren.Grains.Hosting;
using Warren.Grains.Images;
using Warren.Grains.Objects;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Keeping;
using Warren.Silo.Secrets;

namespace Warren.ControlPlane.Tests.Testing;

/// <summary>Three managers in the test's own process on one store, and nodes whose agents do as the test says.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly byte[] _dataKey = RandomNumberGenerator.GetBytes(KeyFile.KeySize);
    private int _lives;

    private TestCluster(short silos, bool isKept, IImageResolver? resolver, Action<ISiloBuilder>? configure)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((options, silo) =>
        {
            // One that takes a dead one's name is another one all the same.
            var life = $"{options.SiloName}#{Interlocked.Increment(ref _lives)}";
            var faults = Faults[options.SiloName] = new(life);
            silo.Services.AddSingleton<TimeProvider>(Time);
            silo.Services.AddKeyedSingleton<IGrainStorage>("Default", (_, _) => Store.For(life));
            silo.Services.AddSingleton<ISecretSealer>(new AesSecretSealer(_dataKey, "test"));
            silo.Services.AddSingleton<IReminderTable>(Reminders);
            silo.AddReminders();
            if (resolver is not null) silo.Services.AddSingleton(resolver);
            configure?.Invoke(silo);
            silo.AddControlPlane();
            if (isKept) silo.AddKeeper();
            silo.AddOutgoingGrainCallFilter(faults);
            silo.Configure<ClusterMembershipOptions>(membership => membership.ProbeTimeout = TimeSpan.FromSeconds(1));
            silo.Services.AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Information));
        });
        _cluster = builder.Build();
    }

    public SharedStore Store { get; } = new();

    public SharedReminders Reminders { get; } = new();

    public ShiftedTime Time { get; } = new();

    public LogRecorder Log { get; } = new();

    public System.Collections.Concurrent.ConcurrentDictionary<string, CallFaults> Faults { get; } = new();

    public List<ScriptedAgent> Agents { get; } = [];

    public IClusterClient Client => _cluster.Client;

    public IEventLogGrain Events => Client.GetGrain<IEventLogGrain>(IEventLogGrain.Key);

    /// <param name="nodes">How many nodes with an agent, n1 the first.</param>
    /// <param name="silos">How many managers.</param>
    /// <param name="isKept">Whether a keeper wakes the grains when a silo has come or gone.</param>
    /// <param name="resolver">What knows images. Default: that of the product.</param>
    /// <param name="configure">Settings that differ from the defaults.</param>
    public static async Task<TestCluster> StartAsync(
        int nodes = 3, short silos = 3, bool isKept = true, IImageResolver? resolver = null, Action<ISiloBuilder>? configure = null)
    {
        var cluster = new TestCluster(silos, isKept, resolver, configure);
        await cluster._cluster.DeployAsync();
        for (var i = 1; i <= nodes; i++)
        {
            var agent = new ScriptedAgent(cluster.Client, $"n{i}");
            cluster.Agents.Add(agent);
            await agent.StartAsync();
        }

        return cluster;
    }

    public IServiceGrain Service(string name = "web") => Client.GetGrain<IServiceGrain>(name);

    public INodeGrain Node(string id) => Client.GetGrain<INodeGrain>(id);

    /// <summary>The reminder of a grain ticks.</summary>
    public Task TickAsync(IAddressable grain)
    {
        var reminder = Reminders.Of(grain.GetGrainId()).Single();
        return Client.GetGrain<IRemindable>(grain.GetGrainId())
            .ReceiveReminder(reminder.ReminderName, new(reminder.StartAt, reminder.Period, Time.GetUtcNow().UtcDateTime));
    }

    /// <summary>The service once it is as wanted; null means that there is none.</summary>
    public async Task<ServiceStatus?> WhenAsync(Func<ServiceStatus?, bool> isSo, string name = "web", string what = "the service is as wanted")
    {
        ServiceStatus? last = null;
        var found = await WhenAsync(
            async () => isSo(last = await Service(name).GetAsync()),
            () => $"{what}; last: {Describe(last)}");
        return found ? last : null;
    }

    /// <summary>Looks again with each write, until it is so.</summary>
    public async Task<bool> WhenAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        while (true)
        {
            var written = Store.Written;
            try
            {
                if (await isSo()) return true;
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException or IOException)
            {
                // A silo has just died, or the store is away: it is asked again.
            }

            limit.IsCancellationRequested.ShouldBeFalse($"waited for long until {what()}\n{string.Join('\n', Log.Warnings.TakeLast(15))}");

            // What is in memory alone changes without a write.
            await Task.WhenAny(written, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System));
        }
    }

    /// <summary>Ends a silo as by kill -9, and starts another one.</summary>
    /// <param name="silo">Its name, or one of its lives.</param>
    public async Task ReplaceAsync(string silo)
    {
        silo = silo.Split('#')[0];
        await _cluster.KillSiloAsync(_cluster.Silos.Single(one => one.Name == silo));

        // It has the address of the one before it, and is told from it by the second of its start.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System);
        await _cluster.StartAdditionalSiloAsync();
    }

    /// <summary>Ends a silo in good order.</summary>
    public Task StopAsync(string silo) => _cluster.StopSiloAsync(_cluster.Silos.Single(one => one.Name == silo));

    public IReadOnlyList<string> SiloNames => [.. _cluster.Silos.Select(silo => silo.Name)];

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in Agents) await agent.DisposeAsync();
        Store.AtWrite = null;
        Store.IsAway = false;
        await _cluster.DisposeAsync();
    }

    private static string Describe(ServiceStatus? status) => status is null ? "none" : string.Join(
        ", ", status.Tasks.Select(task => $"{task.Id} v{task.SpecVersion} {task.Desired}/{task.Observed.State} on {task.Node} ({task.Observed.Reason})"));
}
