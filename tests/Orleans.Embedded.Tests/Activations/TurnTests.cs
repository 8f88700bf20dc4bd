using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>One turn at a time, on the activation's own scheduler.</summary>
public sealed class TurnTests : SiloTest
{
    [Fact]
    public async Task Turns_ManyCallsThatInterleave_NeverOverlap()
    {
        const int Callers = 8, CallsEach = 300, TurnsEach = 3;
        var grain = NewReentrantGrain();
        var inside = 0;
        var overlaps = 0;
        var turns = 0;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, CallsEach).Select(_ => grain.Do(async _ =>
            {
                for (var i = 0; i < TurnsEach; i++)
                {
                    if (Interlocked.Exchange(ref inside, 1) == 1) overlaps++;
                    turns++;
                    Thread.SpinWait(20);
                    Volatile.Write(ref inside, 0);
                    await Task.Yield();
                }
            })));
        })));

        overlaps.ShouldBe(0);
        turns.ShouldBe(Callers * CallsEach * TurnsEach);
    }

    [Fact]
    public async Task Calls_OfOneCaller_StartInTheirOrder()
    {
        var grain = NewGrain();
        var started = new List<int>();

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => grain.Do(async _ =>
        {
            started.Add(i);
            if (i % 10 == 0) await Task.Yield();
        })));

        started.ShouldBe(Enumerable.Range(0, 2000));
    }

    [Fact]
    public async Task Await_InAGrain_GoesOnOnItsScheduler()
    {
        var schedulers = new List<TaskScheduler>();
        var grain = NewGrain();

        await grain.Do(async self =>
        {
            schedulers.Add(TaskScheduler.Current);
            await Task.Delay(1);
            schedulers.Add(TaskScheduler.Current);
            await Task.Run(() => { });
            schedulers.Add(TaskScheduler.Current);
            await NewGrain().Do(_ => { });
            schedulers.Add(TaskScheduler.Current);
            schedulers.ShouldAllBe(scheduler => ReferenceEquals(scheduler, self.GrainContext));
        });

        schedulers.Count.ShouldBe(4);
    }

    [Fact]
    public async Task TaskRun_InAGrain_LeavesItsScheduler()
    {
        await NewGrain().Do(async _ =>
        {
            (await Task.Run(static () => TaskScheduler.Current)).ShouldBe(TaskScheduler.Default);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            TaskScheduler.Current.ShouldBe(TaskScheduler.Default);
        });
    }

    [Fact]
    public async Task StartNew_InAGrain_IsATurnOfIt()
    {
        await NewGrain().Do(async self =>
        {
            var task = Task.Factory.StartNew(static () => TaskScheduler.Current, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
            (await task).ShouldBeSameAs(self.GrainContext);
        });
    }

    [Fact]
    public async Task Call_FromOutsideTheScheduler_ComesFromNoGrain()
    {
        var other = NewGrain();

        await NewGrain().Do(async _ => await Task.Run(() => other.Do(static _ => { })));

        Script.LifeOf(other).Instances.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Grain_WhoseWorkNeverEnds_DoesNotStarveOthers()
    {
        var stop = false;
        var busy = NewReentrantGrain();
        var calls = Enumerable.Range(0, Environment.ProcessorCount * 4).Select(_ => busy.Do(async _ =>
        {
            while (!Volatile.Read(ref stop)) await Task.Yield();
        })).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => NewGrain().Do(static _ => { }))).WaitAsync(Limit.Long);

        Volatile.Write(ref stop, true);
        await Task.WhenAll(calls).WaitAsync(Limit.Long);
    }
}
