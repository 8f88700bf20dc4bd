using Warren.Cli.Errors;
using Warren.Cli.Manifests;
using Warren.Cli.Progress;
using Warren.Cli.Running;
using Warren.Cli.Tasks;
using Warren.V1;

namespace Warren.Cli.Applying;

/// <summary>A service that another one waits for before it is written.</summary>
internal sealed class Dependency(Call call, ServiceDependency need, WaitOptions wait)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until it has come so far.</summary>
    /// <param name="dependent">The service that waits.</param>
    /// <exception cref="CliException">It has not.</exception>
    public async System.Threading.Tasks.Task UntilThereAsync(string dependent)
    {
        if (need.Condition == DependencyCondition.Started)
        {
            await UntilStartedAsync(dependent);
            return;
        }

        // Its progress says it all: of a service that every task is ready, of a job that its run has ended well.
        if (await wait.AlwaysUntilConvergedAsync(call, need.Service) != ExitCodes.Done) throw NotThere(dependent);
    }

    private async System.Threading.Tasks.Task UntilStartedAsync(string dependent)
    {
        var begin = call.Time.GetTimestamp();
        while (true)
        {
            var service = await call.Manager.Services.GetAsync(new() { Name = need.Service }, call.Options);
            if (service.Progress.Wanted == 0 || service.Progress.State == ProgressState.Converged) return;
            if ((await TaskCommands.ReadAsync(call, new() { Service = need.Service })).Exists(task => task.Observed.State is TaskState.Running or TaskState.Complete)) return;
            if (service.Progress.State == ProgressState.Stuck || call.Time.GetElapsedTime(begin) > wait.Limit(call)) throw NotThere(dependent);
            await System.Threading.Tasks.Task.Delay(s_pause, call.Time, call.Cancellation);
        }
    }

    private CliException NotThere(string dependent) => new(
        ExitCodes.NotConverged, $"service {dependent} is not written, and nothing after it: {need.Service}, which it depends on, has not come so far",
        $"see 'warren service tasks --all {need.Service}', and apply again once it is mended");
}
