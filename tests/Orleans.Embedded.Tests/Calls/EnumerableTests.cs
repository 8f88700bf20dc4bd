using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>Asynchronous sequences that grains serve, from another process.</summary>
public sealed class EnumerableTests : SiloTest
{
    private readonly string _name = Script.NewName();

    private StreamGate Gate => StreamGate.Of(_name);

    [Fact]
    public async Task Stream_MethodThrowsMidway_GivesTheItemsBeforeAndThenTheFailure()
    {
        Gate.NextAsync = static (i, _) => i < 3 ? Task.FromResult(true) : throw new InvalidOperationException("the well is dry");
        var seen = new List<int>();
        var grain = await RemoteGrainAsync();

        var failure = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await foreach (var item in grain.StreamAsync(_name)) seen.Add(item);
        });

        failure.Message.ShouldBe("the well is dry");
        seen.ShouldBe([0, 1, 2]);
        await Gate.Ended.Task.WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Stream_ReaderLeaves_EndsTheMethodInTheGrain()
    {
        var grain = await RemoteGrainAsync();

        await foreach (var item in grain.StreamAsync(_name))
        {
            if (item == 4) break;
        }

        await Gate.Ended.Task.WaitAsync(Limit.Long);
        (await grain.SumAsync(1, 2)).ShouldBe(3);
    }

    [Fact]
    public async Task Stream_ReaderCancels_ReachesTheMethodThatWaits()
    {
        using var cancellation = new CancellationTokenSource();
        var waits = NewSignal();
        Gate.NextAsync = async (i, token) =>
        {
            if (i < 2) return true;
            waits.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return true;
        };
        var grain = await RemoteGrainAsync();
        var reading = ReadAsync();
        await waits.Task.WaitAsync(Limit.Long);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading.WaitAsync(Limit.Long));
        (await Gate.Ended.Task.WaitAsync(Limit.Long)).ShouldBeTrue();

        async Task ReadAsync()
        {
            await foreach (var item in grain.StreamAsync(_name, cancellation.Token)) item.ShouldBeLessThan(2);
        }
    }

    [Fact]
    public async Task Stream_NextItemIsLate_OtherCallsAreServedMeanwhile()
    {
        var (waits, release) = (NewSignal(), NewSignal());
        Gate.NextAsync = async (i, _) =>
        {
            if (i == 1)
            {
                waits.TrySetResult();
                await release.Task;
            }

            return i < 2;
        };
        var grain = await RemoteGrainAsync();
        var reading = grain.StreamAsync(_name).ToListAsync().AsTask();
        await waits.Task.WaitAsync(Limit.Long);

        (await grain.SumAsync(20, 3).WaitAsync(Limit.Long)).ShouldBe(23);

        release.SetResult();
        (await reading.WaitAsync(Limit.Long)).ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Stream_GrainIsActivatedAnew_IsCutOffWithAReason()
    {
        var grain = await RemoteGrainAsync();
        await using var reader = grain.StreamAsync(_name).GetAsyncEnumerator();
        (await reader.MoveNextAsync()).ShouldBeTrue();
        var local = Grains.GetGrain<IOrdersGrain>(grain.GetPrimaryKeyString());
        while (Silos.Runtime().Directory.Find(local.GetGrainId()) is { QueueLength: > 0 }) await Task.Yield();

        await Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

        var failure = await Should.ThrowAsync<EnumerationAbortedException>(async () =>
        {
            // Some items have come already with the first.
            while (await reader.MoveNextAsync()) reader.Current.ShouldBeLessThan(1000);
        });
        failure.Message.ShouldContain("Start it again");
        (await Gate.Ended.Task.WaitAsync(Limit.Long)).ShouldBeTrue();
    }

    [Fact]
    public async Task Stream_MoreThanAGrainServes_IsRefused()
    {
        const int Most = 1000;
        Gate.NextAsync = static async (i, token) =>
        {
            if (i > 0) await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return true;
        };
        var grain = await RemoteGrainAsync();
        var readers = Enumerable.Range(0, Most).Select(_ => grain.StreamAsync(_name).GetAsyncEnumerator()).ToList();
        foreach (var reader in readers) (await reader.MoveNextAsync()).ShouldBeTrue();
        var more = grain.StreamAsync(_name).GetAsyncEnumerator();

        var refusal = await Should.ThrowAsync<LimitExceededException>(async () => await more.MoveNextAsync());

        refusal.Message.ShouldContain("serves 1000 enumerations already");
        foreach (var reader in readers) await reader.DisposeAsync();
        (await grain.SumAsync(1, 1).WaitAsync(Limit.Long)).ShouldBe(2);
    }

    private async Task<IOrdersGrain> RemoteGrainAsync() => (await Silos.AddClientAsync()).GetGrain<IOrdersGrain>(Script.NewName());
}
