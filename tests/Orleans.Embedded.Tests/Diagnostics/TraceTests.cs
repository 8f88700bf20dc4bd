using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Diagnostics;

/// <summary>A trace goes on from a client through the grains that it calls, in whatever silos they are.</summary>
public sealed class TraceTests : IDisposable
{
    private const string Source = "Microsoft.Orleans.Application";
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly ActivitySource _tests = new("Orleans.Embedded.Tests");

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Source || source == _tests,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == Source) _ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _tests.Dispose();
    }

    [Fact]
    public async Task Trace_ThroughTwoGrainsOfTwoSilos_IsOneWithItsParents()
    {
        await using var cluster = await StartAsync();
        var (a, b) = (cluster.KeyIn<IProbeGrain>(cluster.Silos[0], "a"), cluster.KeyIn<IProbeGrain>(cluster.Silos[1], "b"));
        using var root = _tests.StartActivity("story").ShouldNotBeNull();

        await cluster.Grains.GetGrain<IProbeGrain>(a).CallThroughAsync([b]);

        var spans = await SpansOfAsync(root, 2);
        var inner = spans.Single(span => span.GetTagItem("rpc.orleans.target_id")!.ToString()!.EndsWith($"/{b}", StringComparison.Ordinal));
        var outer = spans.Single(span => span.GetTagItem("rpc.orleans.target_id")!.ToString()!.EndsWith($"/{a}", StringComparison.Ordinal));
        (outer.ParentSpanId, inner.ParentSpanId).ShouldBe((root.SpanId, outer.SpanId));
        spans.ShouldAllBe(static span => span.Kind == ActivityKind.Server && span.Status == ActivityStatusCode.Unset);
        outer.GetTagItem("rpc.method").ShouldBe(nameof(IProbeGrain.CallThroughAsync));
        outer.GetTagItem("rpc.system").ShouldBe("orleans");
        outer.OperationName.ShouldEndWith($"{nameof(IProbeGrain)}/{nameof(IProbeGrain.CallThroughAsync)}");
    }

    [Fact]
    public async Task Trace_OfACallThatFails_IsAnError()
    {
        await using var cluster = await StartAsync();
        using var root = _tests.StartActivity("story").ShouldNotBeNull();

        await Should.ThrowAsync<ProbeException>(() => cluster.GrainIn<IProbeGrain>(cluster.Silos[1]).FailAsync("no luck"));

        var span = (await SpansOfAsync(root, 1)).ShouldHaveSingleItem();
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.StatusDescription!.ShouldContain("no luck");
    }

    [Fact]
    public async Task Trace_NotAskedFor_IsNotMade()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 2 });
        using var root = _tests.StartActivity("story").ShouldNotBeNull();

        await cluster.GrainIn<IProbeGrain>(cluster.Silos[0]).CallThroughAsync([cluster.KeyIn<IProbeGrain>(cluster.Silos[1])]);

        _ended.ShouldNotContain(activity => activity.TraceId == root.TraceId);
    }

    private static Task<SiloCluster> StartAsync() => SiloCluster.StartAsync(new ClusterSettings
    {
        Silos = 2,
        Silo = static builder => builder.AddActivityPropagation(),
        Client = static builder => builder.AddActivityPropagation(),
    });

    /// <summary>Those of one trace: other tests run meanwhile. A caller has its answer a moment before the span ends.</summary>
    private async Task<List<Activity>> SpansOfAsync(Activity root, int count)
    {
        var begun = Stopwatch.StartNew();
        while (true)
        {
            var spans = _ended.Where(activity => activity.TraceId == root.TraceId).ToList();
            if (spans.Count >= count || begun.Elapsed > SiloCluster.Patience) return spans;
            await Task.Yield();
        }
    }
}
