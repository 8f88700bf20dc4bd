using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Membership;

/// <summary>
/// Holds the newest view that this process knows and tells of changes. In a silo the membership agent feeds it, in a client the gossip
/// of the silos.
/// </summary>
internal sealed partial class ClusterViewSource(ILogger<ClusterViewSource> logger)
{
    private readonly Lock _gate = new();
    private readonly List<Action<ClusterView, ClusterView>> _subscribers = [];
    private volatile ClusterView _current = ClusterView.Empty;
    private ClusterView _told = ClusterView.Empty;
    private bool _telling;

    public ClusterView Current => _current;

    /// <summary>
    /// Calls <paramref name="onChange"/> with the view before and the new one for each change from now on, one call at a time and in
    /// order. Views that come faster than the subscribers take them are left out, never the last. The subscriber must not block.
    /// </summary>
    public IDisposable Subscribe(Action<ClusterView, ClusterView> onChange)
    {
        lock (_gate) _subscribers.Add(onChange);
        return new Subscription(this, onChange);
    }

    /// <summary>Takes the view if it is newer. False when it is not.</summary>
    public bool TryAdvance(ClusterView view) => Take(view, onlyNewer: true);

    /// <summary>
    /// Takes the view even if its version is lower: for the owner of the truth, when the truth went back (a table that was restored).
    /// </summary>
    public void Replace(ClusterView view) => Take(view, onlyNewer: false);

    private bool Take(ClusterView view, bool onlyNewer)
    {
        lock (_gate)
        {
            if (onlyNewer && view.Version <= _current.Version) return false;
            view.ShareRing(_current);
            _current = view;
            if (_telling) return true;
            _telling = true;
        }

        TellSubscribers();
        return true;
    }

    private void TellSubscribers()
    {
        while (true)
        {
            ClusterView before, now;
            Action<ClusterView, ClusterView>[] subscribers;
            lock (_gate)
            {
                if (ReferenceEquals(_told, _current))
                {
                    _telling = false;
                    return;
                }

                (before, now) = (_told, _current);
                _told = now;
                subscribers = [.. _subscribers];
            }

            foreach (var subscriber in subscribers) Tell(subscriber, before, now);
        }
    }

    private void Tell(Action<ClusterView, ClusterView> subscriber, ClusterView before, ClusterView now)
    {
        try
        {
            subscriber(before, now);
        }
        catch (Exception exception)
        {
            // One subscriber's fault must not keep the view from the others.
            LogSubscriberFailed(logger, now.Version, exception);
        }
    }

    private void Remove(Action<ClusterView, ClusterView> onChange)
    {
        lock (_gate) _subscribers.Remove(onChange);
    }

    [LoggerMessage(1, LogLevel.Error, "A subscriber failed on membership view {Version}.")]
    private static partial void LogSubscriberFailed(ILogger logger, MembershipVersion version, Exception exception);

    private sealed class Subscription(ClusterViewSource source, Action<ClusterView, ClusterView> onChange) : IDisposable
    {
        public void Dispose() => source.Remove(onChange);
    }
}
