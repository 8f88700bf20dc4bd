using Warren.Cli.Running;

namespace Warren.Cli.Execs;

/// <summary>
/// The terminal of this process, which hands each key on as it is while this lasts. It is given back as it was at the end, and when the process exits, whatever makes it but SIGKILL.
/// </summary>
internal sealed class RawTerminal : IDisposable
{
    private readonly byte[] _before;
    private int _isRestored;

    private RawTerminal(byte[] before) => _before = before;

    /// <summary>Takes it.</summary>
    /// <exception cref="IOException">The standard input is no terminal.</exception>
    public static RawTerminal Take()
    {
        var terminal = new RawTerminal(TerminalCalls.AttributesOf(TerminalCalls.Input) ?? throw new IOException("the standard input is no terminal"));
        AppDomain.CurrentDomain.ProcessExit += terminal.OnExit;
        TerminalCalls.Set(TerminalCalls.Input, TerminalCalls.Raw(terminal._before));
        return terminal;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Restore();
    }

    private void OnExit(object? sender, EventArgs e) => Restore();

    private void Restore()
    {
        if (Interlocked.Exchange(ref _isRestored, 1) == 0) TerminalCalls.Set(TerminalCalls.Input, _before);
    }
}
