using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Grains.Hosting;
using Warren.Grains.Nodes;
using Warren.Grains.Services;
using Warren.Services;
using Warren.Silo.Stores;

namespace Warren.Silo.Keeping;

/// <summary>
/// Does once, on a service that is not there, what the first calls after a manager's start would otherwise wait for: some hundred milliseconds of
/// compiling. Begins when the manager is ready, on one thread, and stores nothing.
/// </summary>
internal sealed partial class Rehearser(
    IGrainFactory grains, NodeView nodes, ServiceGrainOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Rehearser> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            var begin = time.GetTimestamp();
            var states = Rehearsal.Play(time.GetUtcNow());
            var serializer = new StateSerializer([]);
            WireRehearsal.Play(states.Service.State!.Current);
            RoundTrip(serializer, states.Catalog);
            RoundTrip(serializer, states.Service);
            RoundTrip(serializer, states.Task);
            RoundTrip(serializer, states.Node);
            await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync();
            await grains.GetGrain<IServiceGrain>(Rehearsal.Spec.Name.Value).ForecastAsync(Rehearsal.Spec, isRenewed: false);
            await grains.GetGrain<IServiceGrain>(Rehearsal.Spec.Name.Value).EnsureAsync();
            await StepRehearsal.PlayAsync(grains, nodes, options, time);
            StepRehearsal.Prepare();
            LogRehearsed(time.GetElapsedTime(begin).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
        catch (Exception failure)
        {
            // Then the first call takes its time.
            LogNotRehearsed(failure);
        }
    }

    private static void RoundTrip<T>(StateSerializer serializer, T state) => serializer.Deserialize<T>(serializer.Serialize(state), new("rehearsal", "rehearsal", "rehearsal", "rehearsal"));

    [LoggerMessage(Level = LogLevel.Debug, Message = "Ready for the first call after {Milliseconds} ms")]
    private partial void LogRehearsed(double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the first call needs could not be made ready; it will be slow")]
    private partial void LogNotRehearsed(Exception failure);
}
