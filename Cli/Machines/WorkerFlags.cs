using System.CommandLine;
using System.Net.Sockets;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary>The flags about this machine's worker. What is not given is left to the daemon, and has its defaults.</summary>
internal sealed class WorkerFlags
{
    private const string StandardContainerd = "/run/containerd/containerd.sock";

    private readonly Option<string?> _run = new("--run-dir") { Description = "The worker's folder for what goes with the machine's restart [default: /run/warren]", HelpName = "folder" };
    private readonly Option<string?> _containerd = new("--containerd-socket") { Description = $"The unix socket of containerd [default: {StandardContainerd}]", HelpName = "path" };
    private readonly Option<string?> _namespace = new("--containerd-namespace") { Description = "The namespace of Warren's containers in containerd [default: warren]", HelpName = "name" };
    private readonly Option<string[]> _labels = new("--label") { Description = "NAME=VALUE, a label of the node; may be repeated", HelpName = "label" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _run, _containerd, _namespace, _labels }) command.Add(option);
    }

    /// <summary>The options of the daemon that were given.</summary>
    public IReadOnlyList<string> Given(Call call)
    {
        var given = new List<string>();
        if (call.Get(_run) is { } run) given.Add($"--run-dir={Path.GetFullPath(run)}");
        if (call.Get(_containerd) is { } containerd) given.Add($"--containerd-socket={Path.GetFullPath(containerd)}");
        if (call.Get(_namespace) is { } name) given.Add($"--containerd-namespace={name}");
        foreach (var label in call.Get(_labels) ?? [])
        {
            _ = Values.Pair("--label", label);
            given.Add($"--label={label}");
        }

        return given;
    }

    /// <summary>Looks whether containerd can be reached, before anything is begun.</summary>
    /// <exception cref="CliException">It cannot.</exception>
    public static void CheckContainerd(IReadOnlyList<string> options)
    {
        var path = ManagerFlags.Value(options, "--containerd-socket") ?? StandardContainerd;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            var isInstalled = new[] { "/usr/bin", "/usr/local/bin", "/usr/sbin" }.Any(folder => File.Exists(Path.Combine(folder, "containerd")));
            throw new CliException(
                ExitCodes.Failed,
                isInstalled ? $"containerd, which runs the containers, does not answer on {path}" : "containerd, which runs the containers, is not installed on this machine",
                isInstalled ? "start it (systemctl start containerd), or name its socket by --containerd-socket" : "on Debian: apt-get install containerd runc nftables");
        }
    }
}
