using Warren.Agent.Runtime;

namespace Warren.Agent.Tests.Runtime;

/// <summary>Watchers that keep up, and those that do not.</summary>
public sealed class RuntimeEventHubTests
{
    private static readonly ContainerId s_id = new("web.1");

    [Fact]
    public async Task Watch_ReaderFallsBehind_IsToldToListAndGetsWhatComesAfter()
    {
        var hub = new RuntimeEventHub(2);
        await using var events = hub.WatchAsync(default).GetAsyncEnumerator();
        (await NextAsync(events)).Kind.ShouldBe(RuntimeEventKind.Resync);
        for (var i = 0; i < 3; i++) hub.Publish(new(RuntimeEventKind.Started, s_id));

        (await NextAsync(events)).Kind.ShouldBe(RuntimeEventKind.Resync);
        hub.Publish(new(RuntimeEventKind.Removed, s_id));
        (await NextAsync(events)).ShouldBe(new RuntimeEvent(RuntimeEventKind.Removed, s_id));
    }

    [Fact]
    public async Task Watch_ReaderFallsBehindInTheMiddle_IsToldToListAtOnce()
    {
        var hub = new RuntimeEventHub(2);
        await using var events = hub.WatchAsync(default).GetAsyncEnumerator();
        await NextAsync(events);
        for (var i = 0; i < 2; i++) hub.Publish(new(RuntimeEventKind.Started, s_id));
        (await NextAsync(events)).Kind.ShouldBe(RuntimeEventKind.Started);
        for (var i = 0; i < 2; i++) hub.Publish(new(RuntimeEventKind.Removed, s_id));

        (await NextAsync(events)).Kind.ShouldBe(RuntimeEventKind.Resync);
        hub.Close();
        (await events.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Watch_OneSlowReader_TakesNothingFromTheOthers()
    {
        var hub = new RuntimeEventHub(2);
        await using var slow = hub.WatchAsync(default).GetAsyncEnumerator();
        await using var quick = hub.WatchAsync(default).GetAsyncEnumerator();
        await NextAsync(slow);
        await NextAsync(quick);
        for (var i = 0; i < 5; i++)
        {
            hub.Publish(new(RuntimeEventKind.Started, s_id));
            (await NextAsync(quick)).Kind.ShouldBe(RuntimeEventKind.Started);
        }
        (await NextAsync(slow)).Kind.ShouldBe(RuntimeEventKind.Resync);
    }

    [Fact]
    public async Task Close_Watchers_End()
    {
        var hub = new RuntimeEventHub(2);
        await using var events = hub.WatchAsync(default).GetAsyncEnumerator();
        await NextAsync(events);
        hub.Close();
        (await events.MoveNextAsync()).ShouldBeFalse();
    }

    private static async Task<RuntimeEvent> NextAsync(IAsyncEnumerator<RuntimeEvent> events)
    {
        (await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1))).ShouldBeTrue();
        return events.Current;
    }
}
