using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Agent.Managers;
using Warren.Agent.Runtime;
using Warren.Agent.Strays;

namespace Warren.Agent.Hosting;

/// <summary>The worker at work: clears what a crash left, then keeps its tasks and its containers.</summary>
internal sealed partial class WorkerService(
    WorkerNode node, StrayRemover strays, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<WorkerService> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_longestPause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RecoverAsync(stoppingToken);
            await SayReadyAsync(stoppingToken);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var removing = strays.RunAsync(ending.Token);
            var working = node.RunAsync(ending.Token);
            // Neither ends by itself but for a reason to stop.
            await await Task.WhenAny(removing, working);
            var end = await working;
            if (end == LinkEnd.Superseded) LogSuperseded();
            Environment.ExitCode = end switch
            {
                LinkEnd.Superseded => 1,
                LinkEnd.Removed => RemovedNode.ExitCode,
                // The process may have ended for a reason of its own.
                _ => Environment.ExitCode,
            };
            await ending.CancelAsync();
            await removing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            lifetime.StopApplication();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Containers go on: they are not this process's to end.
        }
        catch (Exception failure)
        {
            LogEnded(failure, failure.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    // Says to whoever started it, and waits for it, that it is at work.
    private async Task SayReadyAsync(CancellationToken cancellationToken)
    {
        var runtime = await node.Containers.Runtime.DescribeAsync(cancellationToken);
        Console.WriteLine(runtime.IsReal
            ? $"worker is ready on {runtime.Name} {runtime.Version}"
            : $"worker is ready on the {runtime.Name} runtime: no container really runs");
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                var found = await node.RecoverAsync(cancellationToken);
                LogRecovered(found.Length, found.Count(container => container.State == ContainerState.Running));
                return;
            }
            catch (ContainerRuntimeException failure) when (failure.Fault == RuntimeFault.Unavailable)
            {
                LogRuntimeAway(failure.Message, pause);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}
