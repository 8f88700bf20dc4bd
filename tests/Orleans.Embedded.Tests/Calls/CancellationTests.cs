using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>Cancellation of calls inside a silo; those to other silos are tested with whole clusters.</summary>
public sealed class CancellationTests : SiloTest
{
    [Fact]
    public async Task Token_CancelledWhileTheMethodRuns_ReachesItAndEndsTheCall()
    {
        var (entered, told) = (NewSignal(), NewSignal());
        using var cancellation = new CancellationTokenSource();
        var call = NewGrain().DoCancellable(
            async (_, token) =>
            {
                using var registration = token.Register(told.SetResult);
                entered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            },
            cancellation.Token);
        await entered.Task.WaitAsync(Limit.Long);

        await cancellation.CancelAsync();

        await told.Task.WaitAsync(Limit.Long);
        await Should.ThrowAsync<OperationCanceledException>(call.WaitAsync(Limit.Long));
    }

    [Fact]
    public async Task Token_CancelledBefore_TheMethodDoesNotRun()
    {
        var ran = false;
        var grain = NewGrain();

        await Should.ThrowAsync<OperationCanceledException>(grain.DoCancellable(
            (_, _) =>
            {
                ran = true;
                return Task.CompletedTask;
            },
            new CancellationToken(canceled: true)).WaitAsync(Limit.Long));

        await grain.Do(static _ => { });
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task Token_CancelledInTheQueue_TheMethodDoesNotRunOrSeesIt()
    {
        var grain = NewGrain();
        var release = await HoldAsync(grain);
        using var cancellation = new CancellationTokenSource();
        var ranUncancelled = false;
        var call = grain.DoCancellable(
            (_, token) =>
            {
                ranUncancelled = !token.IsCancellationRequested;
                return Task.CompletedTask;
            },
            cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call.WaitAsync(Limit.Long));
        release.SetResult();
        await grain.Do(static _ => { });
        ranUncancelled.ShouldBeFalse();
    }
}
