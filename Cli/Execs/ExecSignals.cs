using System.Runtime.InteropServices;

namespace Warren.Cli.Execs;

/// <summary>Takes the signals that would end this process.</summary>
internal sealed class ExecSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _taken = [];

    /// <param name="came">Called with the name of each, as SIGTERM.</param>
    public ExecSignals(Action<string> came)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
        {
            _taken.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                came(signal.ToString());
            }));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _taken.ForEach(taken => taken.Dispose());
}
