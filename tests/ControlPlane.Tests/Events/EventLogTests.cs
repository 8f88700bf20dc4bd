using System.Collections.Concurrent;
using Warren.ControlPlane.Tests.Testing;
using Warren.Events;
using Warren.Silo.Api.Endpoints;

namespace Warren.ControlPlane.Tests.Events;

public sealed class EventLogTests
{
    [Fact]
    public async Task Append_SaidTwice_IsThereOnce()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        await cluster.Events.AppendAsync([Event(1), Event(2)]);
        await cluster.Events.AppendAsync([Event(2), Event(3), Event(3)]);
        (await cluster.Events.ReadAsync(0, 10)).Select(one => (one.Cursor, one.To)).ShouldBe([(1, "1"), (2, "2"), (3, "3")]);
    }

    /// <summary>An activation that does not know what is stored must not store those that wait over it.</summary>
    [Fact]
    public async Task Append_StoredWithoutAnAnswer_ThoseThatWaitAreNotStoredOverIt()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        var (isStored, isLost) = (NewSignal(), NewSignal());
        cluster.Store.AtWrite = async (_, id, isAfter) =>
        {
            if (id.Type.ToString() != "event-log" || !isAfter || !isStored.TrySetResult()) return;
            await isLost.Task;
            throw new IOException("the answer is lost");
        };
        var first = cluster.Events.AppendAsync([Event(1)]);
        await isStored.Task.WaitAsync(Limit.Long);
        var second = cluster.Events.AppendAsync([Event(2)]);

        // Answered after the log has the second one.
        await cluster.Events.GetLastAsync();
        isLost.SetResult();
        await Should.ThrowAsync<IOException>(() => first);
        await Should.ThrowAsync<OrleansException>(() => second);

        (await cluster.Events.ReadAsync(0, 10)).Select(one => (one.Cursor, one.To)).ShouldBe([(1, "1")]);
        await cluster.Events.AppendAsync([Event(1), Event(2)]);
        (await cluster.Events.ReadAsync(0, 10)).Select(one => (one.Cursor, one.To)).ShouldBe([(1, "1"), (2, "2")]);
    }

    [Fact]
    public async Task Append_MoreThanIsKept_OldReadersAreToldAndOldEventsAreNotTakenAgain()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        foreach (var chunk in Enumerable.Range(1, 11_000).Chunk(1_000)) await cluster.Events.AppendAsync([.. chunk.Select(Event)]);
        var gone = await Should.ThrowAsync<EventsGoneException>(() => cluster.Events.ReadAsync(1, 10));
        var first = (await cluster.Events.ReadAsync(gone.Oldest, 1)).Single();
        first.Cursor.ShouldBe(gone.Oldest + 1);
        first.Cursor.ShouldBeInRange(11_000 - 10_000 - 256, 1_001);
        await cluster.Events.AppendAsync([Event(5)]);
        (await cluster.Events.ReadAsync(10_990, 100)).Select(one => one.To).Last().ShouldBe("11000");
        await Should.ThrowAsync<EventsGoneException>(() => cluster.Events.ReadAsync(99_999, 10));

        // The rows are a ring: none is left of what was dropped.
        cluster.Store.Rows.Keys.Count(row => row.StartsWith("event-log/", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(41);
    }

    [Fact]
    public async Task Follow_SilosDie_NoEventIsMissingOrDoubled()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0);
        using var end = new CancellationTokenSource();
        var seen = new ConcurrentQueue<ClusterEvent>();
        var following = FollowAsync(cluster, seen, end.Token);
        var sent = 0;
        foreach (var silo in cluster.SiloNames)
        {
            for (var i = 0; i < 20; i++) await AppendAsync(cluster, ++sent);
            var killing = cluster.ReplaceAsync(silo);
            while (!killing.IsCompleted) await AppendAsync(cluster, ++sent);
            await killing;
        }

        await AppendAsync(cluster, ++sent);
        await cluster.WhenAsync(() => Task.FromResult(seen.Count >= sent), () => $"the follower has {sent} events, it has {seen.Count}");
        await end.CancelAsync();
        await following;
        seen.Select(one => one.Cursor).ShouldBe(Enumerable.Range(1, sent).Select(number => (long)number));
        seen.Select(one => one.To).ShouldBe(Enumerable.Range(1, sent).Select(number => $"{number}"));
    }

    /// <summary>By the public API.</summary>
    [Fact]
    public async Task Follow_TheLogIsActivatedAnew_GoesOnAfterTheLastEvent()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        using var limit = new CancellationTokenSource(Limit.Long);
        await using var events = new EventFollower(cluster.Events, cluster.Time).FollowAsync(0, limit.Token).GetAsyncEnumerator(limit.Token);
        await cluster.Events.AppendAsync([Event(1)]);
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current.To.ShouldBe("1");

        var next = events.MoveNextAsync().AsTask();
        var left = 1;
        cluster.Store.AtWrite = (_, id, _) =>
            id.Type.ToString() == "event-log" && Interlocked.Decrement(ref left) == 0 ? throw new IOException("the store is away") : Task.CompletedTask;
        await Should.ThrowAsync<IOException>(() => cluster.Events.AppendAsync([Event(2)]));
        await cluster.Events.AppendAsync([Event(2)]);

        (await next).ShouldBeTrue();
        (events.Current.Cursor, events.Current.To).ShouldBe((2, "2"));
    }

    [Fact]
    public async Task Follow_ManyAtOnceAndOneThatIsSlow_EachGetsAll()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        await using var slow = cluster.Events.FollowAsync(0).GetAsyncEnumerator();
        var all = Enumerable.Range(0, 20).Select(async _ =>
        {
            var got = new List<string>();
            await foreach (var one in cluster.Events.FollowAsync(0))
            {
                got.Add(one.To);
                if (got.Count == 500) break;
            }

            return got;
        }).ToArray();
        await cluster.Events.AppendAsync([Event(1)]);
        (await slow.MoveNextAsync()).ShouldBeTrue();
        foreach (var chunk in Enumerable.Range(2, 499).Chunk(50)) await cluster.Events.AppendAsync([.. chunk.Select(Event)]);
        foreach (var follower in all) (await follower.WaitAsync(Limit.Long)).ShouldBe(Enumerable.Range(1, 500).Select(number => $"{number}"));

        // It kept its place, and goes on where it was.
        (await slow.MoveNextAsync()).ShouldBeTrue();
        slow.Current.To.ShouldBe("2");
    }

    [Fact]
    public async Task Service_LifeOfATask_IsToldWithReasons()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await cluster.Service().ApplyAsync(A.Service());
        await Services.ServiceLifeTests.RunAsync(cluster, 1);
        await cluster.Service().RemoveAsync();
        await cluster.WhenAsync(status => status is null);
        var events = new List<ClusterEvent>();
        await cluster.WhenAsync(
            async () =>
            {
                events = [.. await cluster.Events.ReadAsync(0, 100)];
                return events.Any(one => one.Subject == new EventSubject(SubjectKind.Service, "web") && one.Kind == EventKind.Removed);
            },
            () => "the last event is there");
        events.Where(one => one.Subject.Kind == SubjectKind.Service).Select(one => $"{one.Kind} {one.From}>{one.To}: {one.Reason}").ShouldBe(
        [
            "Created >version 1: made by the operator",
            "DesiredChanged >Removed: removed by the operator",
            "Removed version 1>: nothing of it is left",
        ]);
        var task = events.Where(one => one.Subject.Id == "web.1.1").ToArray();
        task[0].ShouldSatisfyAllConditions(one => one.Kind.ShouldBe(EventKind.Created), one => one.Reason.ShouldBe("its slot was empty"));
        task.ShouldContain(one => one.Kind == EventKind.ObservedChanged && one.To == "Running" && one.Node == new Warren.Nodes.NodeId("n1"));
        task.ShouldContain(one => one.Kind == EventKind.DesiredChanged && one.To == "Removed" && one.Reason == "the service is removed");
        task[^1].Kind.ShouldBe(EventKind.Removed);
        events.Select(one => one with { Cursor = 0 }).ShouldBeUnique();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ClusterEvent Event(int number) => new()
    {
        Cursor = 0,
        At = DateTimeOffset.UnixEpoch.AddSeconds(number),
        Subject = new(SubjectKind.Cluster, "test"),
        Kind = EventKind.Updated,
        To = $"{number}",
    };

    // As a service does it: again until it is said.
    private static Task AppendAsync(TestCluster cluster, int number) => cluster.WhenAsync(
        async () =>
        {
            await cluster.Events.AppendAsync([Event(number)]);
            return true;
        },
        () => $"event {number} is taken");

    private static async Task FollowAsync(TestCluster cluster, ConcurrentQueue<ClusterEvent> seen, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await foreach (var one in cluster.Events.FollowAsync(seen.LastOrDefault()?.Cursor ?? 0, end)) seen.Enqueue(one);
            }
            catch (Exception failure) when (failure is OperationCanceledException or OrleansException or TimeoutException)
            {
                // The log's silo has died: the next one goes on after the last event.
                if (!end.IsCancellationRequested) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
