using Warren.Nodes;
using Warren.Tasks;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Harness.Clusters;

/// <summary>A worker of a <see cref="RealCluster"/>: its machine and its agent's process.</summary>
public sealed class RealWorker : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(1);

    private readonly string[] _arguments;
    private ChildProcess? _agent;

    internal RealWorker(string id, TestMachine machine, IEnumerable<string> managers, CertificateFiles files, string registriesFile)
    {
        (Id, Machine) = (new(id), machine);
        _arguments =
        [
            "worker", "--node-id", id, "--name", id, .. managers.SelectMany(manager => new[] { "--manager", manager }),
            "--data-dir", machine.PathOf("data"), "--run-dir", machine.PathOf("run"),
            "--containerd-socket", machine.Containerd.Socket, "--containerd-namespace", machine.Containerd.Namespace,
            "--certificate", files.Certificate, "--key", files.Key, "--authority", files.Authority, "--registries-file", registriesFile,
        ];
    }

    /// <summary>Its node.</summary>
    public NodeId Id { get; }

    /// <summary>Its machine.</summary>
    public TestMachine Machine { get; }

    /// <summary>The agent's process.</summary>
    public int AgentProcess => (_agent ?? throw new InvalidOperationException($"The agent of {Id} does not run.")).Id;

    /// <summary>Starts the agent.</summary>
    public async Task StartAsync()
    {
        _agent = Machine.Start("worker " + Id, DaemonProgram.Path, _arguments, Transcript.Of(Machine.PathOf("worker.log")));
        await _agent.LineAsync("worker is ready", s_startLimit);
    }

    /// <summary>Kills the agent by SIGKILL; its containers go on.</summary>
    public async Task KillAsync()
    {
        await _agent!.DisposeAsync();
        _agent = null;
    }

    /// <summary>Takes the machine's power away.</summary>
    public async Task CutPowerAsync()
    {
        await Machine.CutLinkAsync();
        await KillAsync();
        await Machine.CutPowerAsync();
    }

    /// <summary>Switches the machine on again.</summary>
    public async Task RestorePowerAsync()
    {
        await Machine.RestoreLinkAsync();
        await Machine.StartContainerdAsync();
        await StartAsync();
    }

    /// <summary>The process ids of the tasks that run there, as containerd says.</summary>
    public async Task<Dictionary<TaskId, int>> ProcessesAsync()
    {
        // TASK PID STATUS, after a line with these words.
        var lines = (await Machine.Containerd.CtrAsync("tasks", "ls")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);
        return lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words[2] == "RUNNING")
            .ToDictionary(words => TaskId.Parse(words[0]), words => int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
    }
}
