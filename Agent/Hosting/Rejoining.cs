using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;
using Warren.Clusters;
using Warren.Hosting.Identities;

namespace Warren.Agent.Hosting;

/// <summary>
/// Gets a worker whose certificate has ended another one for its key, by its token. Meanwhile its tasks are started and go on, as they do whenever there is no manager, and
/// however long that takes; so they do if the cluster refuses it, unless it says that the node was removed.
/// </summary>
/// <param name="options">The worker's settings.</param>
/// <param name="token">The token.</param>
/// <param name="folder">Has the key and the certificate.</param>
/// <param name="node">The worker's node.</param>
/// <param name="lifetime">Of the worker's process.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class Rejoining(
    WorkerOptions options, JoinToken token, IdentityFolder folder, WorkerNode node, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Rejoining> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await TryEndAsync(stoppingToken)) await Task.Delay(s_pause, time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start tries again.
        }
    }

    private async Task<bool> TryEndAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WorkerJoining.JoinAsync(options, token, folder, stoppingToken);
            LogJoined(folder.Life().EndsAt);
        }
        catch (JoinRefusedException refusal) when (refusal.IsNodeRemoved)
        {
            return await TryRemoveAsync(refusal.Message);
        }
        catch (Exception refusal) when (refusal is JoinRefusedException or InvalidDataException or UnauthorizedAccessException)
        {
            LogRefused(refusal.Message);
        }

        return true;
    }

    private async Task<bool> TryRemoveAsync(string cause)
    {
        LogRemoved(cause);
        try
        {
            await node.RemoveAllAsync();
        }
        catch (ContainerRuntimeException failure)
        {
            LogNotRemoved(failure.Message);
            return false;
        }

        Environment.ExitCode = RemovedNode.ExitCode;
        lifetime.StopApplication();
        return true;
    }

    [LoggerMessage(LogLevel.Information, "The node has joined again by its token, and its certificate is good until {End}")]
    private partial void LogJoined(DateTimeOffset end);

    [LoggerMessage(LogLevel.Warning, "Everything that the node runs is stopped and removed: {Cause}")]
    private partial void LogRemoved(string cause);

    [LoggerMessage(LogLevel.Warning, "It could not be stopped and removed yet: {Cause}")]
    private partial void LogNotRemoved(string cause);

    [LoggerMessage(LogLevel.Error, "The node cannot join again by its token, all tasks go on; start it with another token: {Cause}")]
    private partial void LogRefused(string cause);
}
