using System.Collections.Concurrent;
using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>What calls can do, with the caller in one silo and the callee in another.</summary>
public sealed class AcrossSilosTests
{
    [Fact]
    public async Task Deadlock_AcrossSilos_EndsInAnErrorThatNamesTheChain()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var (a, b) = (cluster.KeyIn<IProbeGrain>(cluster.Silos[0], "a"), cluster.KeyIn<IProbeGrain>(cluster.Silos[1], "b"));

        var call = cluster.Grains.GetGrain<IProbeGrain>(a).CallThroughAsync([b, a]);

        var error = await Should.ThrowAsync<OrleansException>(() => call.WaitAsync(SiloCluster.Patience));
        error.Message.ShouldContain("Deadlock");
        var chain = error.Message;
        var (first, second) = (chain.IndexOf($"/{a}", StringComparison.Ordinal), chain.IndexOf($"/{b}", StringComparison.Ordinal));
        first.ShouldBeGreaterThan(0, chain);
        second.ShouldBeGreaterThan(first, chain);
        chain.IndexOf($"/{a}", second, StringComparison.Ordinal).ShouldBeGreaterThan(second, chain);
        (await cluster.Grains.GetGrain<IProbeGrain>(a).WhereAsync()).ShouldBe(cluster.Silos[0].Address.ToString());
    }

    [Fact]
    public async Task Deadline_OfACallToAnotherSilo_EndsItWithATimeOut()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var grain = cluster.Silos[0].Grains.GetGrain<IProbeGrain>(cluster.KeyIn<IProbeGrain>(cluster.Silos[1]));
        var hangs = cluster.Events.HappenedAsync("hangs: for ever");

        // A call whose time is over before it arrives does not run.
        do
        {
            var error = await Should.ThrowAsync<TimeoutException>(() => grain.HangForASecondAsync("for ever").WaitAsync(TimeSpan.FromSeconds(20)));
            error.Message.ShouldContain(nameof(IProbeGrain.HangForASecondAsync));
            error.Message.ShouldContain("00:00:01");
        }
        while (!hangs.IsCompleted);

        await hangs;
    }

    [Fact]
    public async Task Cancellation_OfACallToAnotherSilo_ReachesTheMethod()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var callee = cluster.KeyIn<IProbeGrain>(cluster.Silos[1]);
        foreach (var grains in new[] { cluster.Silos[0].Grains, cluster.Grains })
        {
            using var cancellation = new CancellationTokenSource();
            var name = grains == cluster.Grains ? "by client" : "by silo";
            var call = grains.GetGrain<IProbeGrain>(callee).HangAsync(name, cancellation.Token);
            await cluster.Events.HappenedAsync($"hangs: {name}");

            await cancellation.CancelAsync();

            await Should.ThrowAsync<OperationCanceledException>(() => call.WaitAsync(SiloCluster.Patience));
            await cluster.Events.HappenedAsync($"cancelled: {name}");
        }
    }

    [Fact]
    public async Task Enumerable_FromAnotherSilo_ComesInOrderAndCanBeLeftEarly()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var callee = cluster.KeyIn<IProbeGrain>(cluster.Silos[1]);
        foreach (var grains in new[] { cluster.Silos[0].Grains, cluster.Grains })
        {
            var grain = grains.GetGrain<IProbeGrain>(callee);
            (await grain.CountAsync(1_000, CancellationToken.None).ToListAsync()).ShouldBe(Enumerable.Range(0, 1_000));
            (await grain.CountAsync(int.MaxValue, CancellationToken.None).Take(5).ToListAsync()).ShouldBe([0, 1, 2, 3, 4]);
        }
    }

    [Fact]
    public async Task RequestContextAndFilters_WorkAcrossSilos()
    {
        var seen = new ConcurrentQueue<string>();
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings
        {
            Silo = builder => builder.AddIncomingGrainCallFilter(new Incoming(seen)).AddOutgoingGrainCallFilter(new Outgoing(seen)),
            Client = builder => builder.AddOutgoingGrainCallFilter(new Outgoing(seen)),
        });
        var asker = cluster.GrainIn<IProbeGrain>(cluster.Silos[0]);
        var asked = cluster.GrainIn<IProbeGrain>(cluster.Silos[1]);

        RequestContext.Set("tenant", "blue");
        (await asker.ContextAsync("tenant", asked)).ShouldBe("blue");
        (await asker.ContextAsync("added by filter", asked)).ShouldBe("twice");
        RequestContext.Clear();

        string[] oneCall =
        [
            $"out {asker.GetPrimaryKeyString()} by nobody", $"in {asker.GetPrimaryKeyString()} by nobody",
            $"out {asked.GetPrimaryKeyString()} by {asker.GetPrimaryKeyString()}", $"in {asked.GetPrimaryKeyString()} by {asker.GetPrimaryKeyString()}",
        ];
        seen.ShouldBe(oneCall.Concat(oneCall));
    }

    [Fact]
    public async Task StatelessWorker_CalledByAClient_RunsInEverySilo()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var worker = cluster.Grains.GetGrain<IWorkerGrain>(0);

        var where = await Task.WhenAll(Enumerable.Range(0, 90).Select(_ => worker.WhereAsync()));

        where.Distinct().ShouldBe(cluster.Silos.Select(static silo => silo.Address.ToString()), ignoreOrder: true);
    }

    [Fact]
    public async Task ManagementGrain_OverThreeSilos_AddsUpTheActivations()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var counters = Enumerable.Range(0, 120).Select(i => cluster.Grains.GetGrain<ICounterGrain>($"m{i}")).ToList();
        var where = await Task.WhenAll(counters.Select(static counter => counter.WhereAsync()));
        var management = cluster.Grains.GetGrain<IManagementGrain>(0);

        var statistics = (await management.GetSimpleGrainStatistics()).Where(static one => one.GrainType.Contains(nameof(CounterGrain))).ToList();

        statistics.Sum(static one => one.ActivationCount).ShouldBe(120);
        foreach (var silo in cluster.Silos)
            statistics.Single(one => one.SiloAddress.Equals(silo.Address)).ActivationCount.ShouldBe(where.Count(one => one == silo.Address.ToString()));
        (await management.GetActivationAddress(counters[0]))!.ToString().ShouldBe(where[0]);
        (await management.GetHosts(onlyActive: true)).Keys.ShouldBe(cluster.Silos.Select(static silo => silo.Address), ignoreOrder: true);
        (await management.GetTotalActivationCount()).ShouldBeGreaterThanOrEqualTo(120);
    }

    private sealed class Incoming(ConcurrentQueue<string> seen) : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceName.Contains(nameof(IProbeGrain))) seen.Enqueue($"in {context.TargetId.Key} by {context.SourceId?.Key.ToString() ?? "nobody"}");
            return context.Invoke();
        }
    }

    private sealed class Outgoing(ConcurrentQueue<string> seen) : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (!context.InterfaceName.Contains(nameof(IProbeGrain))) return context.Invoke();
            seen.Enqueue($"out {context.TargetId.Key} by {context.SourceId?.Key.ToString() ?? "nobody"}");
            RequestContext.Set("added by filter", RequestContext.Get("added by filter") is null ? "once" : "twice");
            return context.Invoke();
        }
    }
}
