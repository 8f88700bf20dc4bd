using Microsoft.Extensions.Logging;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Nodes;

namespace Warren.Silo.Clusters;

/// <summary>
/// The first two tokens, one for workers and one for managers, which nobody has asked for: they are left in a file that the manager's user alone can read,
/// for as long as they can be used. The log is no place for them, since others read it.
/// </summary>
internal sealed partial class FirstTokens
{
    private const string FileName = "join-tokens";

    /// <summary>Makes them.</summary>
    public static async Task MakeAsync(IdentityFolder folder, IClusterGrain cluster)
    {
        var worker = await cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });
        var manager = await cluster.CreateTokenAsync(new() { Role = NodeRole.Manager });
        folder.Write(FileName, $"worker {worker}\nmanager {manager}\n");
    }

    /// <summary>Deletes the file when they have expired. Ends when it has, when there is none, or with the process.</summary>
    public static async Task ForgetAsync(IdentityFolder folder, TimeProvider time, ILogger<FirstTokens> logger, CancellationToken stopping)
    {
        var file = folder.PathOf(FileName);
        if (!File.Exists(file)) return;
        var left = File.GetLastWriteTimeUtc(file) + JoinTokenSpec.DefaultLifetime - time.GetUtcNow().UtcDateTime;
        LogThere(logger, file, JoinTokenSpec.DefaultLifetime);
        try
        {
            if (left > TimeSpan.Zero) await Task.Delay(left, time, stopping);
            File.Delete(file);
        }
        catch (OperationCanceledException)
        {
            // The next start goes on.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(logger, file, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "The first join tokens stand in {File}, which is deleted {Lifetime} after it was made; delete it earlier if you need it no more")]
    private static partial void LogThere(ILogger logger, string file, TimeSpan lifetime);

    [LoggerMessage(LogLevel.Warning, "{File} holds join tokens that have expired, and cannot be deleted: {Cause}")]
    private static partial void LogNotDeleted(ILogger logger, string file, string cause);
}
