using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.Cli.Services;
using Warren.Cli.Tasks;
using Warren.V1;

namespace Warren.Cli.Progress;

/// <summary>Waits until a service has come about. Events say when to look again; now and then it looks by itself, for what happens without one.</summary>
internal sealed class Watch(Call call, string name, TimeSpan limit, IProgressView view) : IDisposable
{
    // How often it looks without an event, and how long what cannot come about by itself must stay so.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1), s_stuck = TimeSpan.FromSeconds(3);

    private readonly long _begin = call.Time.GetTimestamp();
    private readonly SemaphoreSlim _heard = new(0);
    private long? _convergedAt, _stuckAt;

    /// <inheritdoc/>
    public void Dispose() => _heard.Dispose();

    /// <summary>Waits.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CliException">The manager went away meanwhile.</exception>
    public async Task<int> RunAsync()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        var listening = ListenAsync(ending.Token);
        try
        {
            while (true)
            {
                var service = await call.Manager.Services.GetAsync(new() { Name = name }, call.Options);
                var tasks = await TaskCommands.ReadAsync(call, new() { Service = name });
                view.Show(service, tasks);
                if (Judge(service) is { } code) return code;
                await _heard.WaitAsync(s_pause, call.Cancellation);

                // One look answers all that was heard.
                while (_heard.CurrentCount > 0) await _heard.WaitAsync(call.Cancellation);
            }
        }
        catch (RpcException failure) when (CallErrors.IsConnectionLost(failure))
        {
            throw new CliException(
                ExitCodes.Unreachable, $"the manager at {call.Where} went away while {name} was waited for",
                $"what was stored goes on by itself; once a manager is back, see 'warren service tasks {name}'");
        }
        finally
        {
            await ending.CancelAsync();
            await listening;
        }
    }

    private int? Judge(Service service)
    {
        var now = call.Time.GetTimestamp();
        _convergedAt = service.Progress.State == ProgressState.Converged ? _convergedAt ?? now : null;
        _stuckAt = service.Progress.State == ProgressState.Stuck ? _stuckAt ?? now : null;
        if (_convergedAt is { } converged && call.Time.GetElapsedTime(converged, now) >= MonitorTime(service))
        {
            view.End($"{name} has converged");
            return ExitCodes.Done;
        }

        if (_stuckAt is { } stuck && call.Time.GetElapsedTime(stuck, now) >= s_stuck)
        {
            view.End($"Error: {name} has not converged: {service.Progress.Reason}\n  see 'warren service tasks --all {name}'; change it by update, or let a rollout go on by resume");
            return ExitCodes.NotConverged;
        }

        if (call.Time.GetElapsedTime(_begin, now) < limit) return null;
        view.End($"Error: {name} has not converged in time: {ServiceText.State(service)}\n  it goes on by itself; see 'warren service tasks --all {name}', or wait longer by --wait-timeout");
        return ExitCodes.NotConverged;
    }

    // A rollout has watched its tasks already; what was made or scaled is watched here, so that a task that ends at once is not called converged.
    private static TimeSpan MonitorTime(Service service) =>
        service.Rollout?.To == service.Revision.TaskVersion || service.Revision.Spec.Mode is ServiceMode.Job or ServiceMode.Cron || service.Progress.Wanted == 0
            ? TimeSpan.Zero
            : service.Revision.Spec.Update?.Monitor?.ToTimeSpan() ?? TimeSpan.Zero;

    private async System.Threading.Tasks.Task ListenAsync(CancellationToken cancellation)
    {
        try
        {
            using var events = call.Manager.Events.Read(new() { Follow = true, Service = name }, new CallOptions(cancellationToken: cancellation));
            while (await events.ResponseStream.MoveNext(cancellation)) _heard.Release();
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            // Without events it looks once a second; if the manager is gone, that look says so.
        }
    }
}
