using System.Collections.Concurrent;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.TasksV1;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>Stops containers. What was begun goes on when its caller gives up, and all who stop one container share the work.</summary>
internal sealed class ContainerdStopping(
    ContainerdContext context, ContainerdClearing clearing, ContainerdSettling settling, Func<ContainerId, CancellationToken, Task<ContainerExit>> waitAsync,
    CancellationToken lifetime)
{
    private readonly ConcurrentDictionary<ContainerId, StopOperation> _operations = [];

    public async Task<ContainerExit?> StopAsync(ContainerId id, int signal, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        var view = await settling.ViewSettledAsync(id.Value, cancellationToken);
        if (view is null || view.Finding == ContainerFinding.Created) return null;
        if (view.RecordedExit is { } exit) return exit;

        var operation = _operations.GetOrAdd(id, _ => new(context.Time));
        if (gracePeriod > TimeSpan.Zero && operation.IsNewSignal(signal)) await AskAsync(id, signal, operation, cancellationToken);
        // Only now: its time begins when it was asked.
        operation.Shorten(gracePeriod);
        return await operation.RunOnce(() => RunAsync(id, operation)).WaitAsync(cancellationToken);
    }

    /// <summary>Sends a signal.</summary>
    /// <returns>False if nothing runs that could get it.</returns>
    public async Task<bool> SignalAsync(ContainerId id, int signal, bool allProcesses, CancellationToken cancellationToken)
    {
        var request = new KillRequest { ContainerId = id.Value, Signal = (uint)signal, All = allProcesses };
        try
        {
            await context.StepAsync(ContainerdStep.SignalTask, id.Value, async () =>
                await context.Connection.Tasks.KillAsync(request, context.Connection.Long(cancellationToken)));
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            return false;
        }
    }

    private async Task AskAsync(ContainerId id, int signal, StopOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            await SignalAsync(id, signal, allProcesses: false, cancellationToken);
        }
        catch (RpcException exception) when (!ContainerdErrors.IsUnavailable(exception) && !ContainerdErrors.IsCancelled(exception, cancellationToken))
        {
            // A runc that fails to ask does not keep the container from being killed when its time is over.
        }
        catch
        {
            // It may not have been sent: who stops it again sends it, so that nothing is killed that was not asked.
            operation.ForgetSignal(signal);
            throw;
        }
    }

    private async Task<ContainerExit> RunAsync(ContainerId id, StopOperation operation)
    {
        try
        {
            var end = waitAsync(id, lifetime);
            await Task.WhenAny(end, operation.GraceIsOver);
            if (!end.IsCompleted)
            {
                await context.StepAsync(ContainerdStep.KillTask, id.Value, () => clearing.SendKillAsync(id.Value, lifetime));
                await Task.WhenAny(end, Task.Delay(context.Options.KillTimeout, context.Time, lifetime));
                // A shim that does not answer tells of no end either. Without processes it is found out.
                if (!end.IsCompleted) await context.Cgroups.KillAsync(context.CgroupOf(id.Value), lifetime);
            }
            return await end;
        }
        finally
        {
            _operations.TryRemove(KeyValuePair.Create(id, operation));
            operation.Dispose();
        }
    }
}
