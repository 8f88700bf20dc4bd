using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Warren.Grains.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Testing;

/// <summary>Three managers and three nodes for all tests of a class that kill managers, one test after the other, each with services of its own.</summary>
public sealed class MortalCluster : IAsyncLifetime
{
    private readonly ConcurrentDictionary<ServiceName, Func<TaskId, TaskObservation>> _starts = [];

    internal TestCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await TestCluster.StartAsync(configure: HaveLongLeases);
        foreach (var agent in Cluster.Agents) agent.Start = Start;
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    /// <summary>Agents live through all of it; each manager that dies costs them heartbeats, and none of them is to be held back as one that comes and goes.</summary>
    internal static void HaveLongLeases(ISiloBuilder silo) => silo.Services.Configure<LeaseOptions>(lease =>
        (lease.UnreachableAfter, lease.LostAfter, lease.FlapCount) = (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), int.MaxValue));

    /// <summary>What becomes of the tasks of a service. Default: they run.</summary>
    internal void WhenStarted(string service, Func<TaskId, TaskObservation> start) => _starts[new(service)] = start;

    internal TaskObservation Start(TaskId task) =>
        _starts.TryGetValue(task.Service, out var start) ? start(task) : ScriptedAgent.Seen(TaskState.Running);

    /// <summary>The tasks of a service that run on each node, with its number, by the agents' word: no grain is woken by the question.</summary>
    internal IReadOnlyList<TaskId>[] Running(string service) =>
        [.. Cluster.Agents.Select(agent => agent.Running.Where(task => task.Service == new ServiceName(service)).ToArray())];

    /// <summary>Waits for what runs, and asks no grain.</summary>
    internal Task UntilAsync(string service, Func<IReadOnlyList<TaskId>[], bool> isSo, string what) => Cluster.WhenAsync(
        () => Task.FromResult(isSo(Running(service))),
        () => $"{what}; there run {string.Join("; ", Running(service).Select(tasks => string.Join(' ', tasks)))}");
}
