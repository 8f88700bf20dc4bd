using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Grains.Work;
using Warren.Silo.Stores;

namespace Warren.Silo.Secrets;

/// <summary>
/// Opens the data key before the manager takes calls, and takes a new key of the key files over within seconds after it was made, on whichever manager that
/// was. What fails is logged and tried again; until then the old key opens the store.
/// </summary>
/// <param name="keys">This manager's keys.</param>
/// <param name="isShared">Whether other managers use the store; one that is alone hears of its own changes, and looks once a minute for those of its files.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class KeyKeeper(ClusterKeys keys, bool isShared, TimeProvider time, ILogger<KeyKeeper> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5), s_longest = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _look = isShared ? s_look : s_longest;

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.TryUnlockAsync(cancellationToken);
        }
        catch (StoreException failure) when (failure.Fault is StoreFault.Unreachable or StoreFault.Locked or StoreFault.Overloaded)
        {
            // Once it is reached, StartAsync does it.
            LogWaiting(failure.Message);
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keys.SyncAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retries = new Retries(s_look, s_longest);
        var pause = _look;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, time, stoppingToken);
                await keys.SyncAsync(stoppingToken);
                retries.Succeeded();
                pause = _look;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                pause = retries.Failed();
                LogNotTaken(retries.Failures, pause, failure.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The data key is opened when the store is reached: {Cause}")]
    private partial void LogWaiting(string cause);

    [LoggerMessage(LogLevel.Error, "Whether the key file has the cluster's key could not be seen to ({Count}. time); trying again in {Pause}: {Cause}")]
    private partial void LogNotTaken(int count, TimeSpan pause, string cause);
}
