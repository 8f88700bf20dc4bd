using System.Diagnostics;

namespace Warren.TestSupport.Processes;

/// <summary>
/// A process of our own. It runs in a session of its own, so that Ctrl-C reaches the parent alone, and its standard input is its
/// lifeline: a child that reads to the end of it ends with its parent however that ends. Disposing kills it and what it started.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 500;

    private static readonly TimeSpan s_outputLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly OutputLines _output = new(KeptLines);
    private readonly OutputLines _errors = new(KeptLines);
    private readonly Task<int> _exited;
    private readonly string _name;
    private readonly string _command;

    private ChildProcess(string name, string command, Process process, Action<string>? onLine)
    {
        _name = name;
        _command = command;
        _process = process;
        Id = process.Id;
        _exited = WatchAsync(onLine);
    }

    /// <summary>The process id. Only valid for signals while <see cref="Exited"/> is not completed.</summary>
    public int Id { get; }

    /// <summary>The exit code, 128 and the signal's number after a signal, once the process has ended and all of its output is read.</summary>
    public Task<int> Exited => _exited;

    /// <param name="name">What messages call it.</param>
    /// <param name="file">The executable, with its path or to be found in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder; null for ours.</param>
    /// <param name="environment">Variables to add, or with null to leave out.</param>
    /// <param name="onLine">Gets every line of both outputs, on any thread and possibly two at a time; null to keep the last ones only.</param>
    public static ChildProcess Start(
        string name,
        string file,
        IEnumerable<string> arguments,
        string? folder = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        start.ArgumentList.Add(file);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (variable, value) in environment ?? new Dictionary<string, string?>()) start.Environment[variable] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        return new ChildProcess(name, $"{file} {string.Join(' ', start.ArgumentList.Skip(1))}", process, onLine);
    }

    /// <summary>Takes the first line of the standard output, written already or to come, that starts with the given text.</summary>
    /// <exception cref="ChildFailedException">The process ended, or the time passed, without such a line.</exception>
    public async Task<string> LineAsync(string start, TimeSpan limit, CancellationToken cancellation = default) =>
        await TakeAsync(_output, start, line => line.StartsWith(start, StringComparison.Ordinal), limit, cancellation);

    /// <summary>Takes the first line of the standard error that contains the given text.</summary>
    /// <inheritdoc cref="LineAsync"/>
    public async Task<string> ErrorLineAsync(string part, TimeSpan limit, CancellationToken cancellation = default) =>
        await TakeAsync(_errors, part, line => line.Contains(part, StringComparison.Ordinal), limit, cancellation);

    /// <summary>Writes a line to the standard input. A process that has ended ignores it.</summary>
    public async Task TellAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // The pipe broke because the process ended, which Exited tells.
        }
    }

    /// <summary>Closes the standard input, as the end of this process would.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Sends a signal to the process alone.</summary>
    /// <returns>False if the process had ended.</returns>
    public bool Send(Signal signal) => !_process.HasExited && Signals.Send(Id, signal);

    /// <summary>Waits for the end, and kills after the limit.</summary>
    /// <returns>The exit code; null if it had to be killed.</returns>
    public async Task<int?> WaitForExitAsync(TimeSpan limit)
    {
        if (await Task.WhenAny(_exited, Task.Delay(limit)) == _exited) return await _exited;
        Send(Signal.Kill);
        await _exited;
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Send(Signal.Kill);
        Signals.SendToGroup(Id, Signal.Kill);
        await _exited;
        _process.Dispose();
    }

    private async Task<int> WatchAsync(Action<string>? onLine)
    {
        var output = Task.WhenAll(PumpAsync(_process.StandardOutput, _output, onLine), PumpAsync(_process.StandardError, _errors, onLine));
        await _process.WaitForExitAsync();
        // A process that it started and left behind may hold its outputs open.
        await Task.WhenAny(output, Task.Delay(s_outputLimit));
        _output.End();
        _errors.End();
        return _process.ExitCode;
    }

    private static async Task PumpAsync(StreamReader reader, OutputLines lines, Action<string>? onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            onLine?.Invoke(line);
        }
    }

    private async Task<string> TakeAsync(
        OutputLines lines, string wanted, Func<string, bool> matches, TimeSpan limit, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        try
        {
            if (await lines.TakeAsync(matches, timeout.Token) is { } line) return line;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failed($"{_name} did not say '{wanted}' within {limit}");
        }

        throw Failed($"{_name} ended with exit code {await _exited} before it said '{wanted}'");
    }

    /// <summary>An exception with what the process said last.</summary>
    public ChildFailedException Failed(string what) => new(
        string.Join('\n', [$"{what}: {_command}", .. _output.Snapshot().TakeLast(20), .. _errors.Snapshot().TakeLast(40)]));
}
