using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orleans.Configuration;
using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>Objects of a client that grains call.</summary>
public sealed class ObserverTests : SiloTest
{
    private const int MostWaiting = 20;

    [Fact]
    public async Task Calls_ToOneObserver_RunOneAtATimeInTheirOrder()
    {
        var observer = new Recorder { OnNotice = static async _ => await Task.Yield() };
        var reference = (await Silos.AddClientAsync()).CreateObjectReference<INoticeObserver>(observer);

        await NewGrain().Do(async _ => await Task.WhenAll(Enumerable.Range(0, MostWaiting).Select(i => reference.NoticeAsync($"{i}"))));

        observer.Notices.ShouldBe(Enumerable.Range(0, MostWaiting).Select(i => $"{i}"));
        observer.Overlaps.ShouldBe(0);
    }

    [Fact]
    public async Task Observer_Throws_TheGrainGetsIt()
    {
        var observer = new Recorder { OnNotice = static text => throw new InvalidOperationException($"do not {text} me") };
        var reference = (await Silos.AddClientAsync()).CreateObjectReference<INoticeObserver>(observer);

        await NewGrain().Do(async _ =>
            (await Should.ThrowAsync<InvalidOperationException>(() => reference.NoticeAsync("call"))).Message.ShouldBe("do not call me"));
        GC.KeepAlive(observer);
    }

    [Fact]
    public async Task Observer_DoesNotAnswer_CallsBeyondTheLimitAreRefused()
    {
        var release = NewSignal();
        var observer = new Recorder { OnNotice = _ => release.Task };
        var reference = (await Silos.AddClientAsync(static client => client.Configure<ClientMessagingOptions>(
            static options => options.ResponseTimeout = TimeSpan.FromSeconds(20)))).CreateObjectReference<INoticeObserver>(observer);
        var grain = NewGrain();

        await grain.Do(async _ =>
        {
            var calls = Enumerable.Range(0, 100_000).Select(i => reference.NoticeAsync($"{i}")).ToList();
            var refused = 0;
            foreach (var call in await Task.WhenAll(calls.TakeLast(10).Select(EndAsync))) refused += call is LimitExceededException or OrleansException ? 1 : 0;
            refused.ShouldBe(10);
            release.SetResult();
            await Task.WhenAll(calls.Select(EndAsync));
        }).WaitAsync(Limit.Long * 3);
        GC.KeepAlive(observer);

        static async Task<Exception?> EndAsync(Task call)
        {
            try
            {
                await call;
                return null;
            }
            catch (Exception failure)
            {
                return failure;
            }
        }
    }

    [Fact]
    public async Task Observer_NobodyHoldsIt_IsGone()
    {
        var client = await Silos.AddClientAsync();
        var reference = Forget(client);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        await NewGrain().Do(async _ => await Should.ThrowAsync<ClientNotAvailableException>(() => reference.NoticeAsync("anybody there?")));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static INoticeObserver Forget(IClusterClient client) => client.CreateObjectReference<INoticeObserver>(new Recorder());

    private sealed class Recorder : INoticeObserver
    {
        private int _inside;

        public ConcurrentQueue<string> Notices { get; } = new();

        public int Overlaps { get; private set; }

        public Func<string, Task> OnNotice { get; init; } = static _ => Task.CompletedTask;

        public async Task NoticeAsync(string text)
        {
            if (Interlocked.Increment(ref _inside) > 1) Overlaps++;
            Notices.Enqueue(text);
            await OnNotice(text);
            Interlocked.Decrement(ref _inside);
        }
    }
}
