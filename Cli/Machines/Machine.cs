using System.CommandLine;
using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Machines;

/// <summary>This machine's daemons, held by one command at a time.</summary>
internal sealed class Machine : IDisposable
{
    private const string Standard = "/var/lib/warren";

    private readonly FileStream _lock;

    private Machine(string root, FileStream held)
    {
        _lock = held;
        (Manager, Worker) = (new(root, "manager"), new(root, "worker"));
    }

    /// <summary>The manager's folder.</summary>
    public DaemonFolder Manager { get; }

    /// <summary>The worker's folder.</summary>
    public DaemonFolder Worker { get; }

    /// <summary>The flag that says where the daemons keep what they know.</summary>
    public static Option<string> RootOption() => new("--data-dir")
    {
        Description = "Warren's folder on this machine, with a folder each for the manager and the worker: their data, logs and process ids",
        HelpName = "folder",
        DefaultValueFactory = _ => Standard,
    };

    /// <summary>The flag that says how long one waits for a daemon.</summary>
    public static Option<string> WaitOption() => new("--wait") { Description = "How long a daemon may take to be ready", HelpName = "time", DefaultValueFactory = _ => "60s" };

    /// <summary>Takes the machine.</summary>
    /// <exception cref="CliException">The caller may not, or another command is at it.</exception>
    public static Machine Open(string root)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new CliException(ExitCodes.Failed, "daemons, containers and networks of this machine are root's, and this is not root", "run it as root, by sudo for example");
        root = Path.GetFullPath(root);
        try
        {
            Directory.CreateDirectory(root);
            return new(root, new(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure) when (Directory.Exists(root) && File.Exists(Path.Combine(root, "lock")))
        {
            throw new CliException(ExitCodes.Conflict, $"another command is at work on {root}: {failure.Message}", "wait until it has ended");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failed, $"{root} cannot be used: {failure.Message}", "name another folder by --data-dir");
        }
    }

    /// <summary>By which options a daemon is started: those of before, or those that were given for the first time.</summary>
    /// <param name="folder">The daemon's folder.</param>
    /// <param name="given">Those that were given.</param>
    /// <exception cref="CliException">It was started by others before.</exception>
    public static IReadOnlyList<string> Options(DaemonFolder folder, IReadOnlyList<string> given)
    {
        if (folder.Options is not { } before) return given;
        var other = given.Where(option => !before.Contains(option)).ToList();
        return other.Count == 0 ? before : throw new CliException(
            ExitCodes.Conflict,
            $"this machine has a {folder.Role} already, which was started without {string.Join(' ', other)}: warrend {folder.Role} {string.Join(' ', before)}",
            "leave the options out, or 'warren cluster leave' first");
    }

    /// <summary>What a manager's cluster consists of; null if there is none on the socket.</summary>
    public static async Task<ClusterInfo?> InfoAsync(Call call, string socket)
    {
        if (!File.Exists(socket)) return null;
        using var connection = Connection.ToSocket(socket);
        try
        {
            return await connection.Cluster.GetInfoAsync(new(), call.Options);
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Unavailable)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
