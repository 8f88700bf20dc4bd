using System.Globalization;
using Warren.TestSupport.Processes;

namespace Warren.Harness.Silos;

/// <summary>One place in the cluster, and the process that fills it, which may be killed, frozen and started again.</summary>
public sealed class TrialSilo : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30), s_stopLimit = TimeSpan.FromSeconds(60);

    private readonly string _program;
    private readonly SiloSettings _settings;
    private readonly StreamWriter _log;
    private ChildProcess? _process;

    internal TrialSilo(string program, SiloSettings settings, string logFile)
    {
        (_program, _settings) = (program, settings);
        _log = new StreamWriter(logFile) { AutoFlush = true };
        LogFile = logFile;
    }

    /// <summary>The silo's name.</summary>
    public string Name => _settings.Name;

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port => _settings.Port;

    /// <summary>The address of the running process, or of the last one, with its generation, as the membership table has it.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The running process.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException($"{Name} is not running.");

    /// <summary>Whether there is a process, killed and stopped ones not counted.</summary>
    public bool IsRunning => _process is not null;

    /// <summary>What all processes of this place wrote.</summary>
    public string LogFile { get; }

    /// <summary>Starts a process and waits until it takes calls.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        if (_process is not null) throw new InvalidOperationException($"{Name} runs already.");
        _process = ChildProcess.Start(Name, _program, ["child", "silo", Name], environment: _settings.ToEnvironment(), onLine: Log);
        var line = await _process.LineAsync("active ", s_startLimit, cancellation);
        Address = line["active ".Length..];
    }

    /// <summary>Ends the process as a power cut would.</summary>
    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await ForgetAsync();
    }

    /// <summary>Lets the silo leave the cluster and end.</summary>
    /// <exception cref="ChildFailedException">It ended otherwise, or not.</exception>
    public async Task StopAsync()
    {
        await Process.TellAsync("stop");
        var code = await Process.WaitForExitAsync(s_stopLimit);
        if (code != 0)
        {
            throw Process.Failed(code is null
                ? $"{Name} did not stop within {s_stopLimit}"
                : string.Create(CultureInfo.InvariantCulture, $"{Name} stopped with exit code {code}"));
        }

        await ForgetAsync();
    }

    /// <summary>Freezes the process.</summary>
    public void Freeze() => Process.Send(Signal.Stop);

    /// <summary>Lets the frozen process go on.</summary>
    public void Thaw() => Process.Send(Signal.Continue);

    /// <summary>Takes note that the process has ended by itself.</summary>
    public async Task ForgetAsync()
    {
        if (_process is not { } process) return;
        await process.DisposeAsync();
        _process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = null;
        lock (_log) _log.Dispose();
    }

    private void Log(string line)
    {
        lock (_log)
        {
            if (_log.BaseStream.CanWrite) _log.WriteLine(line);
        }
    }
}
