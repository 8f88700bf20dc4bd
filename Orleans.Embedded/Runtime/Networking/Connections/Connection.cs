using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;
using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>
/// One connection to another process, from the handshake on: the calls that this process makes over it and waits for, and the calls of
/// the other process that it answers. Each call ends exactly once, whatever becomes of the connection.
/// </summary>
internal sealed class Connection : IConnectionWriterOwner
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, IRemoteCall> _pending = [];
    private readonly ConnectionEnvironment _environment;
    private readonly IConnectionOwner _owner;
    private readonly ConnectionContext _context;
    private readonly Stream _stream;
    private readonly ConnectionWriter _writer;
    private readonly FrameReader _reader;
    private readonly FrameEncoder _encoder;
    private readonly PingBook _pings = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _controlReserve;
    private ConnectionState _state;
    private ITimer? _goodbyeLimit;
    private Exception? _closeReason;
    private int _unanswered;
    private int _silences;
    private int _barred;
    private long _receivedWhenAsked;
    private int _started;
    private volatile bool _draining;

    /// <param name="environment">What it has in common with other connections.</param>
    /// <param name="owner">Told of its end.</param>
    /// <param name="established">The connection under it, which this one closes and disposes.</param>
    /// <param name="isDialled">Whether this process made the connection.</param>
    public Connection(ConnectionEnvironment environment, IConnectionOwner owner, Established established, bool isDialled)
    {
        (_environment, _owner, _context, _stream) = (environment, owner, established.Context, established.Stream);
        (Remote, IsDialled, Link) = (established.Remote, isDialled, environment.LinkTo(established.Remote.Peer));
        Rights = Link == LinkKind.GatewayToClient ? environment.Callers?.RightsOf(Remote.Certificate) : null;
        _controlReserve = environment.Options.MaxOutboundBytes / 4;
        _encoder = new FrameEncoder(environment, Peer);
        Replies = new ReplySender(this, _encoder, _controlReserve);
        _writer = new ConnectionWriter(_stream, _gate, environment.Options.MaxOutboundBytes, this);
        _reader = new FrameReader(_stream, environment.Options.MaxFrameSize, new IncomingFrames(this, _writer, environment));
        environment.Metrics.Opened(Link);
    }

    public RemoteProcess Remote { get; }

    public PeerId Peer => Remote.Peer;

    /// <summary>Whether this process made the connection.</summary>
    public bool IsDialled { get; }

    public LinkKind Link { get; }

    /// <summary>What the other side may call; null: everything.</summary>
    public ICallerRights? Rights { get; }

    /// <summary>Takes the outcomes of the calls of the other side, each once.</summary>
    public ReplySender Replies { get; }

    /// <summary>Ends when nothing of the connection is left: no task, no socket.</summary>
    public Task Ended => _ended.Task;

    public bool AcceptsCalls
    {
        get
        {
            lock (_gate) return _state.AcceptsCalls;
        }
    }

    /// <summary>Bytes that wait to be sent.</summary>
    public int QueuedBytes
    {
        get
        {
            lock (_gate) return _writer.PendingLocked;
        }
    }

    /// <summary>Begins to read. Called once for each connection, also for one that has been closed meanwhile.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0) _ = RunAsync();
    }

    /// <summary>Sends a call and answers for its end.</summary>
    /// <param name="call">The call.</param>
    /// <param name="body">Its body if that has been encoded before.</param>
    /// <returns>False when the connection takes no calls any more; nothing was done.</returns>
    public bool TrySend(IRemoteCall call, EncodedBody body = default)
    {
        var message = call.Message;
        using var scratch = ScratchWriter.Rent();
        try
        {
            _encoder.Call(scratch.Writer, FrameKind.Request, message, body);
        }
        catch (Exception exception)
        {
            _environment.Metrics.SendFailed("encoding");
            call.OnFailure(exception);
            return true;
        }

        var frame = scratch.Writer.WrittenSpan;
        string? overload = null;
        bool start = false, inline = false;
        lock (_gate)
        {
            if (!_state.AcceptsCalls) return false;
            if (_pending.Count >= _environment.Options.MaxPendingCalls)
            {
                overload = $"{_pending.Count} calls to {Peer} wait for their answers";
            }
            else if (!_writer.HasRoomForLocked(frame.Length))
            {
                overload = $"{_writer.PendingLocked} bytes wait to be sent to {Peer}, which is slow or not reachable for the moment";
            }
            else
            {
                if (!_pending.TryAdd(message.CallId, call)) throw new InvalidOperationException($"Call {message.CallId} to {Peer} is under way already.");
                start = _writer.AppendLocked(frame);
                inline = _pending.Count <= 1;
            }
        }

        if (overload is not null)
        {
            _environment.Metrics.SendFailed("overload");
            call.OnRejected(RejectionKind.Overloaded, overload, 0);
            return true;
        }

        _environment.Metrics.Sent(Link, FrameKind.Request, frame.Length);
        if (start) _writer.Start(inline);
        return true;
    }

    /// <summary>Sends a message of which nobody waits for the outcome; what cannot be sent is dropped and counted.</summary>
    /// <inheritdoc cref="TrySend"/>
    public bool TrySendOneWay(Message message, EncodedBody body = default)
    {
        using var scratch = ScratchWriter.Rent();
        try
        {
            _encoder.Call(scratch.Writer, FrameKind.OneWay, message, body);
        }
        catch (Exception exception)
        {
            NetworkLog.OneWayNotEncoded(_environment.Logger, exception, message, Peer);
            _environment.Metrics.SendDropped("encoding");
            return true;
        }

        return TrySendFrame(FrameKind.OneWay, scratch.Writer.WrittenSpan, reserve: 0, isCall: true);
    }

    /// <summary>Sends a control message; what cannot be sent is dropped and counted.</summary>
    /// <returns>False when the connection takes none any more.</returns>
    public bool TrySendControl(byte kind, ReadOnlySpan<byte> payload)
    {
        using var scratch = ScratchWriter.Rent();
        _encoder.Control(scratch.Writer, kind, payload);
        return TrySendFrame(FrameKind.Control, scratch.Writer.WrittenSpan, _controlReserve, isCall: true);
    }

    /// <summary>Tells the other side that nobody waits for a call any more.</summary>
    /// <returns>False when the connection sends nothing any more.</returns>
    public bool TrySendCancel(long callId)
    {
        using var scratch = ScratchWriter.Rent();
        FrameEncoder.Cancel(scratch.Writer, callId);
        return TrySendFrame(FrameKind.Cancel, scratch.Writer.WrittenSpan, _controlReserve, isCall: false);
    }

    /// <summary>Stops waiting for a call: its answer will be passed over.</summary>
    public bool Forget(long callId)
    {
        if (Take(callId) is null) return false;
        Settle();
        return true;
    }

    /// <summary>Asks the other side for a sign of life.</summary>
    /// <returns>False when the connection was closed before the answer came.</returns>
    public Task<bool> PingAsync(CancellationToken cancellation) => _pings.AskAsync(SendPing, cancellation);

    /// <summary>Asks for a sign of life without waiting for it.</summary>
    public void Nudge() => SendPing(PingBook.NobodyWaits);

    /// <summary>How often in a row it was asked, this time included, without anything having been received since.</summary>
    public int CountSilence()
    {
        var received = _reader.Received;
        _silences = received == _receivedWhenAsked ? _silences + 1 : 0;
        _receivedWhenAsked = received;
        return _silences;
    }

    /// <summary>How often in a row it was asked, this time included, while the other side was not accepted any more.</summary>
    public int CountBarred(bool isAccepted) => _barred = isAccepted ? 0 : _barred + 1;

    /// <summary>Sends a frame of any kind; for tests of later protocols.</summary>
    public bool TrySendRaw(FrameKind kind, ReadOnlySpan<byte> body)
    {
        using var scratch = ScratchWriter.Rent();
        var frame = Frames.Begin(scratch.Writer, kind);
        scratch.Writer.WriteRaw(body);
        Frames.End(scratch.Writer, frame);
        return TrySendFrame(kind, scratch.Writer.WrittenSpan, _controlReserve, isCall: false);
    }

    /// <summary>Makes no more calls, answers and awaits those under way, and closes; after the time limit in any case.</summary>
    public void BeginGoodbye() => SayGoodbye(heard: false);

    /// <summary>Closes at once and fails the calls that wait. Null when all is said and done.</summary>
    public void Close(Exception? reason)
    {
        IRemoteCall[] calls;
        lock (_gate)
        {
            if (!_state.Close()) return;
            _closeReason = reason;
            calls = [.. _pending.Values];
            _pending.Clear();
            _writer.CloseLocked();
            _goodbyeLimit?.Dispose();
        }

        if (reason is null) NetworkLog.ClosedGracefully(_environment.Logger, Peer);
        else NetworkLog.Closed(_environment.Logger, Peer, calls.Length, reason.Message);

        // Ends reads and writes under way. After a graceful close nothing is on its way, and the other side gets an ordinary end.
        if (reason is null) _ = _context.DisposeAsync().AsTask();
        else _context.Abort(new ConnectionAbortedException(reason.Message, reason));
        _owner.OnClosed(this, reason);
        _environment.Metrics.Closed(Link);
        _pings.CloseAll();
        foreach (var call in calls)
        {
            call.OnFailure(new SiloUnavailableException(
                $"The connection to {Peer} was lost before the answer to {call.Message} came; whether it ran is not known. {reason?.Message}", reason!));
        }
    }

    /// <summary>A call of the other side begins.</summary>
    /// <returns>Whether there is room for it.</returns>
    public bool BeginAnswer()
    {
        lock (_gate) return ++_unanswered <= _environment.Options.MaxUnansweredCalls;
    }

    /// <summary>The call that an answer is for; null when none waits under that id.</summary>
    public IRemoteCall? Take(long callId)
    {
        lock (_gate)
        {
            _pending.Remove(callId, out var call);
            return call;
        }
    }

    public void Answer(ReadOnlySpan<byte> ping)
    {
        _environment.Metrics.PingReceived();
        TrySendRaw(FrameKind.Pong, ping);
    }

    public void HearPong(long token)
    {
        _environment.Metrics.PongReceived();
        _pings.Answer(token);
    }

    public void HearGoodbye() => SayGoodbye(heard: true);

    public void HearFinished()
    {
        lock (_gate) _state.HearFinished();
        SayGoodbye(heard: true);
    }

    /// <summary>Takes the next step towards a graceful end, if one is due.</summary>
    public void Settle()
    {
        if (!_draining) return;
        bool start = false, close;
        lock (_gate)
        {
            if (_state.SayFinished(_pending.Count, _unanswered)) start = _writer.AppendLocked([1, 0, 0, 0, (byte)FrameKind.Finished]);
            close = _state.MayClose(_writer.IsIdleLocked);
        }

        if (start) _writer.Start(inline: true);
        if (close) Close(null);
    }

    void IConnectionWriterOwner.OnWriterIdle() => Settle();

    void IConnectionWriterOwner.OnWriteFailed(Exception exception) => Close(Lost(exception));

    private async Task RunAsync()
    {
        try
        {
            await _reader.RunAsync().ConfigureAwait(false);
            Close(Lost(null));
        }
        catch (WireFormatException exception)
        {
            _environment.Metrics.Refused(RefusedBecause.BadFrame);
            NetworkLog.BadFrame(_environment.Logger, Peer, exception.Message);
            Close(new SiloUnavailableException($"{Peer} sent what cannot be read: {exception.Message}", exception));
        }
        catch (Exception exception)
        {
            Close(Lost(exception));
        }

        await _writer.Stopped.ConfigureAwait(false);
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
            await _context.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // TLS tries to write its farewell to a connection that has been closed under it.
            NetworkLog.DisposeFailed(_environment.Logger, Peer, exception.Message);
        }

        _ended.SetResult();
    }

    /// <returns>False when there is no room; true also when the connection is closed and nobody waits for the answer.</returns>
    public bool TryAppendReply(ReadOnlySpan<byte> frame, int reserve, out int queued)
    {
        bool start, inline, closed;
        lock (_gate)
        {
            queued = _writer.PendingLocked;
            closed = !_state.AcceptsFrames;
            if (!closed && !_writer.HasRoomForLocked(frame.Length, reserve)) return false;
            start = !closed && _writer.AppendLocked(frame);
            inline = --_unanswered <= 0;
        }

        if (closed) _environment.Metrics.SendDropped("disconnected");
        else _environment.Metrics.Sent(Link, FrameKind.Response, frame.Length);
        if (start) _writer.Start(inline);
        return true;
    }

    /// <returns>False when the connection takes no such frame any more.</returns>
    private bool TrySendFrame(FrameKind kind, ReadOnlySpan<byte> frame, int reserve, bool isCall)
    {
        bool start = false, room;
        lock (_gate)
        {
            if (isCall ? !_state.AcceptsCalls : !_state.AcceptsFrames) return false;
            room = _writer.HasRoomForLocked(frame.Length, reserve);
            if (room) start = _writer.AppendLocked(frame);
        }

        if (room) _environment.Metrics.Sent(Link, kind, frame.Length);
        else _environment.Metrics.SendDropped("overload");
        if (start) _writer.Start(inline: kind is FrameKind.Ping or FrameKind.Pong);
        return true;
    }

    private bool SendPing(long token)
    {
        Span<byte> body = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(body, token);
        _environment.Metrics.PingSent();
        return TrySendRaw(FrameKind.Ping, body);
    }

    private void SayGoodbye(bool heard)
    {
        bool start = false, first;
        lock (_gate)
        {
            if (heard) _state.HearGoodbye();
            first = _state.SayGoodbye();
            if (first)
            {
                start = _writer.AppendLocked([1, 0, 0, 0, (byte)FrameKind.Goodbye]);
                _goodbyeLimit = _environment.Time.CreateTimer(
                    static connection => ((Connection)connection!).OnGoodbyeLimit(), this, _environment.Options.GoodbyeTimeout, Timeout.InfiniteTimeSpan);
            }

            _draining = true;
        }

        if (start) _writer.Start(inline: true);
        if (first) _owner.OnDraining(this);
        Settle();
    }

    private void OnGoodbyeLimit() =>
        Close(new SiloUnavailableException($"Calls over the connection to {Peer} were not done {_environment.Options.GoodbyeTimeout} after goodbye."));

    private Exception Lost(Exception? cause) => _closeReason
        ?? new SiloUnavailableException(cause is null ? $"{Peer} closed the connection." : $"The connection to {Peer} failed: {cause.Message}", cause!);
}
