using System.Threading.Channels;

namespace Warren.Agent.Logs;

/// <summary>What one reader is told of a folder. A change that is told while nobody waits is kept for the next wait, so none is lost.</summary>
internal sealed class FolderSubscription(FolderWatcher watcher, string folder) : IDisposable
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public string Folder => folder;

    /// <summary>Whether the folder was removed.</summary>
    public bool IsGone { get; private set; }

    /// <summary>The kernel's number for the watch; null if it does not tell of changes here.</summary>
    public int? Watch { get; set; }

    /// <summary>Waits for a change since the last wait, or for the time to pass.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _changes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The time has passed: the caller looks by itself.
        }
    }

    public void Dispose() => watcher.Unsubscribe(this);

    internal void TellChanged() => _changes.Writer.TryWrite(true);

    internal void TellGone()
    {
        IsGone = true;
        TellChanged();
    }
}
