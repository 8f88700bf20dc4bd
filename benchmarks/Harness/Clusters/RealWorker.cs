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
    private readonly Action<string>? _transcript;
    private ChildProcess? _agent;
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _logged = [];

    internal RealWorker(string id, TestMachine machine, IEnumerable<string> managers, CertificateFiles files, string registriesFile, IEnumerable<string> options)
    {
        (Id, Machine, _transcript) = (new(id), machine, Transcript.Of(machine.PathOf("worker.log")));
        _arguments =
        [
            "worker", "--node-id", id, "--name", id, .. managers.SelectMany(manager => new[] { "--manager", manager }),
            "--data-dir", machine.PathOf("data"), "--run-dir", machine.PathOf("run"),
            "--containerd-socket", machine.Containerd.Socket, "--containerd-namespace", machine.Containerd.Namespace,
            "--certificate", files.Certificate, "--key", files.Key, "--authority", files.Authority, "--registries-file", registriesFile,
            .. options,
        ];
    }

    /// <summary>Its node.</summary>
    public NodeId Id { get; }

    /// <summary>Its machine.</summary>
    public TestMachine Machine { get; }

    /// <summary>The agent's process.</summary>
    public int AgentProcess => (_agent ?? throw new InvalidOperationException($"The agent of {Id} does not run.")).Id;

    /// <summary>How many lines its agents have logged.</summary>
    public int Lines => _logged.Count;

    /// <summary>What they have logged.</summary>
    public IReadOnlyCollection<string> Logged => _logged;

    /// <summary>Starts the agent.</summary>
    public async Task StartAsync()
    {
        _agent = Machine.Start("worker " + Id, DaemonProgram.Path, _arguments, OnLine);
        await _agent.LineAsync("worker is ready", s_startLimit);
    }

    /// <summary>
    /// Waits, once after each start, until the agent is registered with a manager. It says that it is ready before that, and after a quick start its node is
    /// still ready from before.
    /// </summary>
    public Task UntilRegisteredAsync() => _agent!.ErrorLineAsync("is registered, session", s_startLimit);

    /// <summary>Starts the agent with a clock that is put elsewhere by writing to a file, such as <c>+3d</c>; its timers run as always.</summary>
    /// <param name="clock">The file; it is there.</param>
    public async Task StartAsync(string clock)
    {
        string[] variables =
        [
            "LD_PRELOAD=" + FakeTime.Library, "FAKETIME_TIMESTAMP_FILE=" + clock, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1",
        ];
        _agent = Machine.Start("worker " + Id, "env", [.. variables, DaemonProgram.Path, .. _arguments], OnLine);
        await _agent.LineAsync("worker is ready", s_startLimit);
    }

    /// <summary>Starts the agent, which is to end by itself.</summary>
    /// <returns>Its exit code, and the first line of its errors with a text.</returns>
    public async Task<(int? Code, string Line)> TryStartAsync(string text)
    {
        await using var agent = Machine.Start("worker " + Id, DaemonProgram.Path, _arguments, OnLine);
        var line = await agent.ErrorLineAsync(text, s_startLimit);
        return (await agent.WaitForExitAsync(s_startLimit), line);
    }

    /// <summary>Kills the agent by SIGKILL; its containers go on.</summary>
    public async Task KillAsync()
    {
        await _agent!.DisposeAsync();
        _agent = null;
    }

    /// <summary>Waits until the agent has ended by itself.</summary>
    /// <returns>Its exit code; null if it had to be killed after a time.</returns>
    public Task<int?> EndedAsync() => _agent!.WaitForExitAsync(s_startLimit);

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

    /// <summary>Ends its agent; its machine stays.</summary>
    public async ValueTask StopAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        _agent = null;
    }

    private void OnLine(string line)
    {
        _logged.Enqueue(line);
        _transcript?.Invoke(line);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Machine.DisposeAsync();
    }
}
