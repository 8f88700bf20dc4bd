using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

public sealed class DedicatedThreadSchedulerTests
{
    [Fact]
    public async Task Queue_ManyTasks_RunInOrderOnOneThread()
    {
        var scheduler = new DedicatedThreadScheduler("test");
        var order = new List<int>();
        var threads = new HashSet<int>();
        var tasks = Enumerable.Range(0, 100).Select(i => Task.Factory.StartNew(
            () =>
            {
                order.Add(i);
                threads.Add(Environment.CurrentManagedThreadId);
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            scheduler)).ToArray();

        await Task.WhenAll(tasks);

        order.ShouldBe(Enumerable.Range(0, 100));
        threads.ShouldHaveSingleItem();
        scheduler.Complete();
    }

    [Fact]
    public async Task Yield_InATask_LetsTheNextOneRunFirst()
    {
        var scheduler = new DedicatedThreadScheduler("test");
        var order = new List<string>();
        using var bothAreQueued = new ManualResetEventSlim();
        var first = Task.Factory.StartNew(
            async () =>
            {
                bothAreQueued.Wait();
                order.Add("first");
                await Task.Yield();
                order.Add("first again");
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            scheduler).Unwrap();
        var second = Task.Factory.StartNew(() => order.Add("second"), CancellationToken.None, TaskCreationOptions.None, scheduler);
        bothAreQueued.Set();

        await Task.WhenAll(first, second);

        order.ShouldBe(["first", "second", "first again"]);
        scheduler.Complete();
    }

    [Fact]
    public async Task Complete_QueuedTasks_AreStillRun()
    {
        var scheduler = new DedicatedThreadScheduler("test");
        using var gate = new ManualResetEventSlim();
        var blocked = Task.Factory.StartNew(gate.Wait, CancellationToken.None, TaskCreationOptions.None, scheduler);
        var last = Task.Factory.StartNew(() => 42, CancellationToken.None, TaskCreationOptions.None, scheduler);
        scheduler.Complete();
        gate.Set();

        await blocked;
        (await last).ShouldBe(42);
    }
}
