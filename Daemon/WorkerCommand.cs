using System.CommandLine;
using Warren.Agent.Hosting;

namespace Warren.Daemon;

/// <summary><c>warrend worker</c>: runs containers on this machine.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var standard = new WorkerOptions();
        var runtime = new Option<RuntimeKind>("--runtime")
        {
            Description = "What runs the containers: containerd, or fake, which runs none and is for scale tests only.",
            DefaultValueFactory = _ => standard.Runtime,
        };
        var data = Folder("--data-dir", "Keeps what must survive a restart of the machine: volumes, logs, records.", standard.DataDirectory);
        var run = Folder("--run-dir", "Keeps what goes with the machine's restart: network namespaces, secrets in memory.", standard.RunDirectory);
        var socket = Folder("--containerd-socket", "The unix socket of containerd.", standard.Containerd.SocketPath);
        var @namespace = new Option<string>("--containerd-namespace")
        {
            Description = "The namespace of Warren's containers in containerd.",
            DefaultValueFactory = _ => standard.Containerd.Namespace,
        };
        var grace = new Option<TimeSpan>("--stray-grace")
        {
            Description = "How long a container in that namespace that nobody ordered is left alone, as hours:minutes:seconds.",
            DefaultValueFactory = _ => standard.StrayGracePeriod,
        };

        var command = new Command("worker", "Run containers on this machine.") { runtime, data, run, socket, @namespace, grace };
        command.SetAction((parsed, cancellation) => WorkerHost.RunAsync(
            new WorkerOptions
            {
                Runtime = parsed.GetValue(runtime),
                DataDirectory = parsed.GetValue(data)!,
                RunDirectory = parsed.GetValue(run)!,
                Containerd = new() { SocketPath = parsed.GetValue(socket)!, Namespace = parsed.GetValue(@namespace)! },
                StrayGracePeriod = parsed.GetValue(grace),
            },
            cancellation));
        return command;
    }

    private static Option<string> Folder(string name, string description, string standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
    };
}
