using System.Runtime.InteropServices;

namespace Warren.Harness.Silos;

/// <summary>Turns Ctrl-C and a request to end into a token, so that what was started is ended too. One that comes later ends this process at once.</summary>
public sealed class Interruption : IDisposable
{
    // One press of Ctrl-C may arrive twice, from the terminal and from whoever started this process.
    private static readonly TimeSpan s_same = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly CancellationTokenSource _source = new();
    private long _first;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    public Interruption() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    /// <summary>Cancelled when the user wants an end.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        var now = _time.GetTimestamp();
        var first = Interlocked.CompareExchange(ref _first, now, 0);
        context.Cancel = first == 0 || _time.GetElapsedTime(first, now) < s_same;
        if (first == 0) _source.Cancel();
    }
}
