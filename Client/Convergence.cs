using Grpc.Core;
using Warren.V1;

namespace Warren.Client;

/// <summary>Waits for a service. Events say when to look again; once a second it looks by itself, for what happens without one.</summary>
internal sealed class Convergence(WarrenClient client, TimeProvider time, string name, TimeSpan limit)
{
    // How often it looks without an event, and how long what cannot come about by itself must stay so.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1), s_stuck = TimeSpan.FromSeconds(3);

    private long? _convergedAt, _stuckAt;

    /// <summary>Waits.</summary>
    public async Task<Service> WaitAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var heard = new SemaphoreSlim(0);
        var listening = ListenAsync(heard, ending.Token);
        var begin = time.GetTimestamp();
        Service? last = null;
        try
        {
            while (true)
            {
                try
                {
                    last = await client.Services.GetAsync(new() { Name = name }, cancellationToken: cancellation);
                    if (IsThere(last)) return last;
                }
                catch (RpcException away) when (last is not null && WarrenClient.IsAway(away))
                {
                    // The managers are away for a while; what was wanted may come about without them.
                    (_convergedAt, _stuckAt) = (null, null);
                }

                if (time.GetElapsedTime(begin) >= limit) throw new NotConvergedException(last, $"{name} has not converged in {limit}: {Reason(last)}");
                await heard.WaitAsync(s_pause, cancellation);
                while (heard.CurrentCount > 0) await heard.WaitAsync(cancellation);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await listening;
        }
    }

    private static string Reason(Service service) => service.Progress.Reason.Length > 0 ? service.Progress.Reason : "it has not been so for its monitor time";

    // What was made or scaled is watched here; a rollout has watched its tasks already.
    private static TimeSpan MonitorTime(Service service) =>
        service.Rollout?.To == service.Revision.TaskVersion || service.Revision.Spec.Mode is ServiceMode.Job or ServiceMode.Cron || service.Progress.Wanted == 0
            ? TimeSpan.Zero
            : service.Revision.Spec.Update?.Monitor?.ToTimeSpan() ?? TimeSpan.FromSeconds(5);

    private bool IsThere(Service service)
    {
        var now = time.GetTimestamp();
        _convergedAt = service.Progress.State == ProgressState.Converged ? _convergedAt ?? now : null;
        _stuckAt = service.Progress.State == ProgressState.Stuck ? _stuckAt ?? now : null;
        if (_stuckAt is { } stuck && time.GetElapsedTime(stuck, now) >= s_stuck)
            throw new NotConvergedException(service, $"{name} does not converge by itself: {service.Progress.Reason}");
        return _convergedAt is { } converged && time.GetElapsedTime(converged, now) >= MonitorTime(service);
    }

    private async System.Threading.Tasks.Task ListenAsync(SemaphoreSlim heard, CancellationToken cancellation)
    {
        try
        {
            await foreach (var _ in client.WatchEventsAsync(new() { Service = name }, cancellation)) heard.Release();
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            // Without events it looks once a second; what is wrong with the manager, that look says.
        }
    }
}
