using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Agent.Adoption;
using Warren.Agent.Containers;
using Warren.Agent.Runtime;

namespace Warren.Agent.Hosting;

/// <summary>The worker's life: clears what was left behind, adopts what runs, then follows what happens to the containers.</summary>
internal sealed partial class WorkerService(
    ContainerHost containers, ContainerAdopter adopter, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<WorkerService> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_longestPause = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<bool> _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the containers are the worker's to care for; false if it ended before.</summary>
    public Task<bool> Recovered => _recovered.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RecoverAsync(stoppingToken);
            _recovered.TrySetResult(true);
            await adopter.RunAsync(stoppingToken);
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
        finally
        {
            _recovered.TrySetResult(false);
        }
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                var found = await containers.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, cancellationToken);
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
