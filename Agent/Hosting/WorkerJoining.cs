using Warren.Agent.Managers;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Hosting.Joining;
using Warren.Nodes;

namespace Warren.Agent.Hosting;

/// <summary>How a worker comes by its identity.</summary>
internal static class WorkerJoining
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_longestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The settings with the identity that the worker has, or gets by its token from whichever manager answers, however long that takes. One whose certificate has ended
    /// has tasks that do not wait for that; see <see cref="Rejoining"/>.
    /// </summary>
    /// <exception cref="JoinRefusedException">The cluster refuses it, or is another one than the token's.</exception>
    public static async Task<WorkerOptions> IdentifyAsync(WorkerOptions options, CancellationToken cancellationToken)
    {
        if (options.Identity is not null || options.Managers.IsEmpty) return options;
        Directory.CreateDirectory(options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var folder = new IdentityFolder(options.DataDirectory);

        // One that boots with no manager in reach has joined before, and needs none for it.
        if (options.Token is { } token && !folder.HasCertificate) await JoinAsync(options, token, folder, cancellationToken);
        return folder.HasCertificate ? options with { Identity = folder.Files } : options;
    }

    /// <summary>Joins by whichever manager answers, however long that takes.</summary>
    /// <exception cref="JoinRefusedException">The cluster refuses it, or is another one than the token's.</exception>
    public static async Task JoinAsync(WorkerOptions options, JoinToken token, IdentityFolder folder, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var node = NodeIdFile.Ensure(options.DataDirectory, options.Node);
        var outage = new OutageLog(time);
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            foreach (var manager in options.Managers)
            {
                try
                {
                    await JoinClient.JoinAsync(
                        manager with { Port = options.JoinPort }, token, NodeRole.Worker, node, folder, keepDataKey: null, time, cancellationToken);
                    return;
                }
                catch (IOException failure)
                {
                    // A machine that joins for the first time has no host yet, and no log.
                    if (outage.IsToBeTold(failure.Message)) await Console.Error.WriteLineAsync($"warrend worker has not joined yet, and goes on trying: {failure.Message}");
                }
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
