using System.Runtime.InteropServices;

namespace Warren.Agent.Logs;

/// <summary>
/// Tells of changes in folders that somebody waits for, by one inotify instance for all of them: the kernel gives a user only 128. A thread
/// reads it while there is a subscription; without any there is neither.
/// </summary>
internal sealed partial class FolderWatcher : IDisposable
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const uint Modified = 0x2, ClosedAfterWrite = 0x8, MovedTo = 0x80, Created = 0x100, Deleted = 0x200, SelfDeleted = 0x400, SelfMoved = 0x800;
    private const uint Overflow = 0x4000, Ignored = 0x8000, FolderOnly = 0x01000000;
    private const uint Mask = Modified | ClosedAfterWrite | MovedTo | Created | Deleted | SelfDeleted | SelfMoved | FolderOnly;
    private const short Readable = 1;
    private const int NotSupported = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, List<FolderSubscription>> _watched = [];
    private readonly List<FolderSubscription> _all = [];
    private int _inotify = NotSupported, _wakeUp = NotSupported;
    private bool _isDisposed;

    /// <summary>Subscribes to a folder's changes from now on. If the kernel cannot tell, the subscription says so.</summary>
    public FolderSubscription Subscribe(string folder)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var subscription = new FolderSubscription(this, folder);
            _all.Add(subscription);
            if (_inotify == NotSupported && !TryStart()) return subscription;
            var watch = AddWatch(_inotify, folder, Mask);
            if (watch < 0) return subscription;
            subscription.Watch = watch;
            if (!_watched.TryGetValue(watch, out var others)) _watched.Add(watch, others = []);
            others.Add(subscription);
            return subscription;
        }
    }

    /// <summary>A folder was removed, even if there is another of the name by now: its subscriptions end.</summary>
    public void TellGone(string folder)
    {
        lock (_gate)
        {
            foreach (var subscription in _all)
            {
                if (subscription.Folder == folder) subscription.TellGone();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var subscription in _all) subscription.TellGone();
            _all.Clear();
            _watched.Clear();
            Stop();
        }
    }

    internal void Unsubscribe(FolderSubscription subscription)
    {
        lock (_gate)
        {
            if (!_all.Remove(subscription)) return;
            if (subscription.Watch is { } watch && _watched.TryGetValue(watch, out var others) && others.Remove(subscription) && others.Count == 0)
            {
                _watched.Remove(watch);
                // Fails only if the folder is gone, and the watch with it.
                _ = RemoveWatch(_inotify, watch);
            }

            if (_all.Count == 0) Stop();
        }
    }

    private bool TryStart()
    {
        var inotify = Initialize(CloseOnExec | NonBlocking);
        if (inotify < 0) return false;
        var wakeUp = EventDescriptor(0, CloseOnExec | NonBlocking);
        if (wakeUp < 0)
        {
            _ = Close(inotify);
            return false;
        }

        (_inotify, _wakeUp) = (inotify, wakeUp);
        new Thread(() => Run(inotify, wakeUp)) { IsBackground = true, Name = "log folder watch" }.Start();
        return true;
    }

    // The thread closes both descriptors when it has left the kernel, so that no number is used by two.
    private void Stop()
    {
        if (_wakeUp == NotSupported) return;
        var one = 1L;
        _ = Write(_wakeUp, ref one, sizeof(long));
        _inotify = _wakeUp = NotSupported;
    }

    private void Run(int inotify, int wakeUp)
    {
        var buffer = new byte[16 * 1024];
        var polled = new Polled[] { new() { Descriptor = inotify, Events = Readable }, new() { Descriptor = wakeUp, Events = Readable } };
        while (true)
        {
            if (Poll(polled, polled.Length, -1) < 0) continue;
            if (polled[1].Returned != 0) break;
            var length = Read(inotify, buffer, buffer.Length);
            if (length > 0) Tell(inotify, buffer.AsSpan(0, (int)length));
        }

        _ = Close(inotify);
        _ = Close(wakeUp);
    }

    private void Tell(int inotify, ReadOnlySpan<byte> events)
    {
        lock (_gate)
        {
            // A new instance counts its watches anew.
            if (inotify != _inotify) return;
            while (events.Length >= Header.Size)
            {
                var header = MemoryMarshal.Read<Header>(events);
                events = events[(Header.Size + (int)header.NameLength)..];
                if ((header.Mask & Overflow) != 0)
                {
                    foreach (var subscription in _all) subscription.TellChanged();
                }
                else if (_watched.TryGetValue(header.Watch, out var subscriptions))
                {
                    var isGone = (header.Mask & (SelfDeleted | SelfMoved | Ignored)) != 0;
                    foreach (var subscription in subscriptions)
                    {
                        if (isGone) subscription.TellGone();
                        else subscription.TellChanged();
                    }

                    if ((header.Mask & Ignored) != 0) _watched.Remove(header.Watch);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Initialize(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(int inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(int inotify, int watch);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll([In, Out] Polled[] polled, nint count, int timeout);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, [Out] byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ref long value, nint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Header
    {
        public const int Size = 16;

        public readonly int Watch;
        public readonly uint Mask;
        public readonly uint Cookie;
        public readonly uint NameLength;
    }
}
