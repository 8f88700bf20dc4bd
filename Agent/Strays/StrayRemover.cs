using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Containers;
using Warren.Agent.Hosting;
using Warren.Agent.Runtime;

namespace Warren.Agent.Strays;

/// <summary>
/// Finds the containers that no agent made, from every list and event of the runtime, and carries out the <see cref="StrayPlan"/>. Keeps nothing over
/// a restart: a stray's grace period begins again then.
/// </summary>
internal sealed partial class StrayRemover(
    ContainerHost containers, WorkerOptions options, TimeProvider time, ILogger<StrayRemover> logger)
    : IDisposable
{
    private static readonly TimeSpan s_failurePause = TimeSpan.FromSeconds(5), s_longestPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _changed = new(0, 1);
    private ImmutableDictionary<ContainerId, DateTimeOffset> _straySince = ImmutableDictionary<ContainerId, DateTimeOffset>.Empty;
    private ImmutableHashSet<ContainerId> _told = [];

    /// <summary>Follows the runtime until the token.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = FollowAsync(ending.Token);
        try
        {
            while (true)
            {
                var lookAgainAt = await LookAsync(cancellationToken);
                var pause = lookAgainAt is { } at ? Later(at - time.GetUtcNow()) : s_longestPause;
                if (pause > s_longestPause) pause = s_longestPause;
                using var limit = new CancellationTokenSource(pause, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                try
                {
                    await _changed.WaitAsync(either.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // A grace period is over, or it is time to look whatever the events say.
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _changed.Dispose();

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await foreach (var happened in containers.Runtime.WatchAsync(cancellationToken))
                {
                    if (happened is { Kind: RuntimeEventKind.Exited, Exit: { } exit })
                        LogExited(happened.Id, exit.Code, exit.OutOfMemory);
                    LookAgain();
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFollowFailed(failure, failure.Message);
            }
            await Task.Delay(s_failurePause, time, cancellationToken);
        }
    }

    private async Task<DateTimeOffset?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var plan = StrayPlan.Compute(new()
            {
                Containers = await containers.Runtime.ListAsync(cancellationToken),
                StraySince = _straySince,
                GracePeriod = options.StrayGracePeriod,
                Now = time.GetUtcNow(),
            });
            _straySince = plan.StraySince;
            foreach (var stray in plan.Wait.Where(stray => !_told.Contains(stray.Id)))
                LogStray(stray.Id, stray.Reason, options.StrayGracePeriod);
            _told = [.. plan.Wait.Select(stray => stray.Id)];
            var isDone = true;
            foreach (var stray in plan.Remove)
                isDone &= await RemoveAsync(stray, cancellationToken);
            return isDone ? plan.LookAgainAt : time.GetUtcNow() + s_failurePause;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogLookFailed(failure, failure.Message);
            return time.GetUtcNow() + s_failurePause;
        }
    }

    // One that cannot be removed keeps none of the others.
    private async Task<bool> RemoveAsync(StrayEntry stray, CancellationToken cancellationToken)
    {
        LogRemoving(stray.Id, stray.Reason);
        try
        {
            await containers.RemoveAsync(stray.Id, keepLogs: false, cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogRemovalFailed(failure, stray.Id, failure.Message);
            return false;
        }
    }

    private void LookAgain()
    {
        if (_changed.CurrentCount > 0) return;
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another event said so at the same moment.
        }
    }

    private static TimeSpan Later(TimeSpan pause) => pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
}
