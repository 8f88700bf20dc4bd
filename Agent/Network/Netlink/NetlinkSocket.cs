using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Warren.Agent.Network.Netlink;

/// <summary>
/// A connection to the kernel's configuration of the network namespace that the calling thread is in when it opens one; it stays with
/// that namespace. Requests are carried out while they are sent, so that answers wait already when the send returns. Not thread-safe.
/// </summary>
internal sealed class NetlinkSocket : IDisposable
{
    public const int Route = 0, Netfilter = 12;

    private const int Family = 16, Raw = 3, CloseOnExec = 0x80000, ReceiveBuffer = 1 << 20;
    private const int SocketLevel = 1, ForcedReceiveBuffer = 33, ReceiveTimeout = 20;
    private const int NetlinkLevel = 270, AddMembership = 1, CappedAcks = 10, ExtendedAcks = 11;
    private const int MaxDumps = 20;

    // Answers are there at once; this only keeps a defect from waiting for ever.
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(30);

    private readonly SafeSocketHandle _handle;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _sequence;

    private NetlinkSocket(SafeSocketHandle handle) => _handle = handle;

    /// <param name="protocol"><see cref="Route"/> or <see cref="Netfilter"/>.</param>
    /// <param name="group">The group of events to receive; null for none.</param>
    /// <param name="eventLimit">How long to wait for an event at most.</param>
    public static unsafe NetlinkSocket Open(int protocol, int? group = null, TimeSpan? eventLimit = null)
    {
        var descriptor = Libc.Socket(Family, Raw | CloseOnExec, protocol);
        if (descriptor < 0) throw Libc.LastFailure("open a netlink socket");
        var socket = new NetlinkSocket(new SafeSocketHandle(descriptor, ownsHandle: true));
        try
        {
            // struct sockaddr_nl: the kernel chooses the port number that zero leaves open.
            var address = stackalloc byte[12];
            *(ushort*)address = Family;
            if (Libc.Bind(socket._handle, address, 12) != 0) throw Libc.LastFailure("bind a netlink socket");
            socket.Set(NetlinkLevel, CappedAcks, 1);
            socket.Set(NetlinkLevel, ExtendedAcks, 1);
            socket.Set(SocketLevel, ForcedReceiveBuffer, ReceiveBuffer);
            var limit = eventLimit ?? s_answerLimit;
            var timeout = stackalloc long[] { (long)limit.TotalSeconds, limit.Milliseconds * 1000L };
            if (Libc.SetOption(socket._handle, SocketLevel, ReceiveTimeout, timeout, 2 * sizeof(long)) != 0)
                throw Libc.LastFailure("set the time limit of a netlink socket");
            if (group is { } number) socket.Set(NetlinkLevel, AddMembership, number);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Carries out all requests of a batch.</summary>
    /// <exception cref="NetlinkException">The first that failed with an error that it does not tolerate.</exception>
    public void Execute(NetlinkBatch batch)
    {
        var first = Send(batch);
        NetlinkException? failure = null;
        var pending = batch.Requests.Count(request => request.IsAnswered);
        while (pending > 0)
        {
            foreach (var message in NetlinkMessage.ParseAll(Receive()))
            {
                var index = message.Sequence - first;
                if (message.Type != NetlinkMessage.ErrorType || index < 0 || index >= batch.Requests.Count) continue;
                var request = batch.Requests[index];
                if (request.IsAnswered) pending--;
                if (message.Error == 0 || request.Tolerated.Contains(message.Error)) continue;
                failure ??= new(message.Error, request.What, message.Explanation);
                // A transaction that is refused as a whole leaves the rest without an answer.
                if (!request.IsAnswered) pending = 0;
            }
        }

        if (failure is not null) throw failure;
    }

    /// <summary>All objects that a listing request names; one that the kernel had to interrupt is made again.</summary>
    public List<NetlinkMessage> List(NetlinkBatch request)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (found, isWhole) = ListOnce(request);
            if (isWhole) return found;
            if (attempt == MaxDumps) throw new NetlinkException(Libc.Interrupted, request.Requests[0].What, "the list never stood still");
        }
    }

    /// <summary>Waits until one of the sockets has an event.</summary>
    /// <returns>Which have; empty when the time passed.</returns>
    public static unsafe List<NetlinkSocket> WaitForEvents(IReadOnlyList<NetlinkSocket> sockets, TimeSpan limit)
    {
        const ulong Readable = 1;
        var descriptors = stackalloc ulong[sockets.Count];
        for (var i = 0; i < sockets.Count; i++) descriptors[i] = (uint)sockets[i]._handle.DangerousGetHandle() | (Readable << 32);
        var count = Libc.Poll(descriptors, (nuint)sockets.Count, (int)limit.TotalMilliseconds);
        var ready = new List<NetlinkSocket>();
        for (var i = 0; count > 0 && i < sockets.Count; i++)
        {
            if (descriptors[i] >> 48 != 0) ready.Add(sockets[i]);
        }

        return ready;
    }

    /// <summary>Waits for events; null when none came in the socket's time limit.</summary>
    public List<NetlinkMessage>? ReceiveEvents()
    {
        try
        {
            return NetlinkMessage.ParseAll(Receive());
        }
        catch (NetlinkException exception) when (exception.Error == Libc.Again)
        {
            return null;
        }
    }

    public void Dispose() => _handle.Dispose();

    private (List<NetlinkMessage> Found, bool IsWhole) ListOnce(NetlinkBatch request)
    {
        var sequence = Send(request);
        var found = new List<NetlinkMessage>();
        var isWhole = true;
        while (true)
        {
            foreach (var message in NetlinkMessage.ParseAll(Receive()))
            {
                if (message.Sequence != sequence) continue;
                isWhole &= (message.Flags & NetlinkMessage.WasInterrupted) == 0;
                if (message.Type is not (NetlinkMessage.ErrorType or NetlinkMessage.DoneType))
                {
                    found.Add(message);
                    continue;
                }

                if (message.Error == Libc.Interrupted) return (found, false);
                if (message.Error != 0) throw new NetlinkException(message.Error, request.Requests[0].What, message.Explanation);
                return (found, isWhole);
            }
        }
    }

    private unsafe int Send(NetlinkBatch batch)
    {
        var first = _sequence + 1;
        foreach (var request in batch.Requests) MemoryMarshal.Write(batch.Bytes[(request.Offset + 8)..], ++_sequence);
        fixed (byte* bytes = batch.Bytes)
        {
            while (Libc.Send(_handle, bytes, batch.Bytes.Length, 0) < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error != Libc.Interrupted) throw new NetlinkException(error, batch.Requests[0].What, "the request could not be sent");
            }
        }

        return first;
    }

    private unsafe ReadOnlySpan<byte> Receive()
    {
        fixed (byte* bytes = _buffer)
        {
            while (true)
            {
                var count = Libc.Receive(_handle, bytes, _buffer.Length, 0);
                if (count >= 0) return _buffer.AsSpan(0, (int)count);
                var error = Marshal.GetLastPInvokeError();
                if (error != Libc.Interrupted) throw new NetlinkException(error, "read the kernel's answer", null);
            }
        }
    }

    private unsafe void Set(int level, int name, int value)
    {
        if (Libc.SetOption(_handle, level, name, &value, sizeof(int)) != 0)
            throw Libc.LastFailure($"set option {level}/{name} of a netlink socket");
    }
}
