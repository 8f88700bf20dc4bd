using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Hosting.Identities;

namespace Warren.Silo.Clusters;

/// <summary>
/// Keeps a manager's <see cref="TrustBoard"/>: is told of changes at once, asks every few seconds besides, and keeps what was revoked in a file, so that a manager
/// that comes up refuses it before it has asked anyone.
/// </summary>
internal sealed partial class TrustWatcher(IdentityFolder folder, TrustBoard board, IGrainFactory grains, TimeProvider time, ILogger<TrustWatcher> logger)
    : BackgroundService, ITrustWatcher
{
    private const string FileName = "trust.json";

    private static readonly TimeSpan s_interval = TrustRecord.AskInterval, s_limit = TimeSpan.FromSeconds(10);

    private readonly Lock _writing = new();

    /// <summary>Takes what was known before; called before anyone is served.</summary>
    public static void Restore(IdentityFolder folder, TrustBoard board)
    {
        var file = folder.PathOf(FileName);
        if (!File.Exists(file)) return;
        try
        {
            board.Take(JsonSerializer.Deserialize<TrustRecord>(File.ReadAllText(file)) ?? throw new JsonException("it is empty"));
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{file}: cannot be read: {failure.Message}; delete it, and the manager gets it from the cluster again", failure);
        }
    }

    /// <inheritdoc/>
    public Task ChangedAsync(TrustRecord trust)
    {
        Take(trust);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ITrustWatcher? reference = null;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    reference ??= grains.CreateObjectReference<ITrustWatcher>(this);
                    Take(await grains.GetGrain<IClusterGrain>(IClusterGrain.Key).WatchTrustAsync(reference).WaitAsync(s_limit, time, stoppingToken));
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    break;
                }
                catch (Exception failure)
                {
                    LogNotHeard(s_interval, failure.Message);
                }

                await Task.Delay(s_interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            if (reference is not null) grains.DeleteObjectReference<ITrustWatcher>(reference);
        }
    }

    private void Take(TrustRecord trust)
    {
        if (!board.Take(trust)) return;
        try
        {
            // Of two that come at once, the later one stays whichever is written last.
            lock (_writing) folder.Write(FileName, JsonSerializer.Serialize(board.Current) + "\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It holds in memory; after the next start this manager has to ask first.
            LogNotKept(failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whom the cluster trusts is not heard, what was heard last holds; asking again in {Pause}: {Cause}")]
    private partial void LogNotHeard(TimeSpan pause, string cause);

    [LoggerMessage(LogLevel.Error, "Whom the cluster trusts cannot be kept for the next start: {Cause}")]
    private partial void LogNotKept(string cause);
}
