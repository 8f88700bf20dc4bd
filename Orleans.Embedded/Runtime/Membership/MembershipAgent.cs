using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Orleans.Runtime.Membership;

/// <summary>
/// Runs a silo's membership: feeds the <see cref="MembershipMachine"/> with what happens and carries out what it wants. One loop owns
/// the machine; all methods may be called from any thread and do not block.
/// </summary>
internal sealed partial class MembershipAgent : IAsyncDisposable
{
    /// <summary>
    /// Inputs from outside that wait at most. More are dropped: what they say is in the table, too. The others need no limit: there is
    /// one call of the table at a time, one tick, and a few probes of each silo.
    /// </summary>
    private const int MaxWaitingFromOutside = 512;

    /// <summary>How long a silo that leaves tries to write it. If it cannot, the others find out by their probes.</summary>
    private static readonly TimeSpan s_leaveLimit = TimeSpan.FromSeconds(5);

    private readonly TableCaller _table;
    private readonly IPeerProber _prober;
    private readonly IGossipSender _gossip;
    private readonly IOwnDeathHandler _deathHandler;
    private readonly ClusterViewSource _views;
    private readonly TimeProvider _time;
    private readonly ILogger<MembershipAgent> _logger;
    private readonly MembershipSettings _settings;
    private readonly MembershipMachine _machine;
    private readonly Channel<MembershipInput> _inputs = Channel.CreateUnbounded<MembershipInput>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _offRing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly CancellationToken _stoppingToken;
    private Task? _loop;
    private bool _isDisposed;
    private bool _isDeathTold;
    private volatile bool _isTableReachable = true;
    private int _waitingFromOutside;
    private int _isTickWaiting;

    public MembershipAgent(
        ILocalSiloDetails self,
        IMembershipTable table,
        IPeerProber prober,
        IGossipSender gossip,
        IOwnDeathHandler deathHandler,
        ClusterViewSource views,
        IOptions<ClusterMembershipOptions> options,
        TimeProvider time,
        ILogger<MembershipAgent> logger)
    {
        (_prober, _gossip, _deathHandler, _views) = (prober, gossip, deathHandler, views);
        (_time, _logger, _settings) = (time, logger, new MembershipSettings(options.Value));
        _table = new TableCaller(table, time);
        var own = new MembershipEntry
        {
            SiloAddress = self.SiloAddress,
            SiloName = self.Name,
            HostName = self.DnsHostName,
            ProxyPort = self.GatewayAddress?.Endpoint.Port ?? 0,
        };
        _machine = new MembershipMachine(own, _settings, Now, UtcNow);
        _stoppingToken = _stopping.Token;
    }

    /// <summary>Whether the last call of the table came through. For the silo's status.</summary>
    public bool IsTableReachable => _isTableReachable;

    private TimeSpan Now => _time.GetElapsedTime(0, _time.GetTimestamp());

    private DateTime UtcNow => _time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Starts the membership. Ends when this silo is active, or with the reason why it cannot become so within
    /// <see cref="ClusterMembershipOptions.MaxJoinAttemptTime"/>. The silo must be able to answer probes when this is called.
    /// </summary>
    /// <exception cref="OrleansException">The silo cannot join.</exception>
    public Task JoinAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _loop ??= RunAsync();
        }

        return _joined.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Takes this silo off the ring: writes <see cref="SiloStatus.ShuttingDown"/>, or <see cref="SiloStatus.Stopping"/> when it will
    /// hand nothing over, and tells the others. It goes on watching others, and being watched, until <see cref="LeaveAsync"/>.
    /// </summary>
    /// <returns>False when that could not be written within a few seconds, because the table cannot be reached.</returns>
    public Task<bool> LeaveRingAsync(bool isGraceful, CancellationToken cancellationToken) =>
        WaitToLeaveAsync(isGraceful ? SiloStatus.ShuttingDown : SiloStatus.Stopping, _offRing.Task, cancellationToken);

    /// <summary>Writes that this silo is dead, tells the others, and ends the membership.</summary>
    /// <returns>False when that could not be written within a few seconds, because the table cannot be reached.</returns>
    public async Task<bool> LeaveAsync(CancellationToken cancellationToken)
    {
        var hasLeft = await WaitToLeaveAsync(SiloStatus.Dead, _over.Task, cancellationToken);
        await DisposeAsync();
        return hasLeft;
    }

    /// <summary>A connection to a silo broke: it is probed at once.</summary>
    public void OnConnectionLost(SiloAddress silo) => PostFromOutside(new MembershipInput.ConnectionLost(silo));

    /// <summary>A silo may not be one any more, by its certificate: it is declared dead. Forgotten after a pause of this process, so to be repeated.</summary>
    public void OnBarred(SiloAddress silo) => PostFromOutside(new MembershipInput.Barred(silo));

    /// <summary>
    /// Something suggests that this silo's view is old: a message that was chosen by a newer one, or a peer that does not know this
    /// silo or says that it is dead. The table is read soon.
    /// </summary>
    public void OnHint(string reason) => PostFromOutside(new MembershipInput.Hint(reason));

    /// <summary>Bytes that another silo's <see cref="IGossipSender"/> sent.</summary>
    /// <returns>False when they are no gossip.</returns>
    public bool OnGossip(ReadOnlySpan<byte> payload)
    {
        try
        {
            var message = GossipMessage.Read(payload);
            if (message.View is not null) PostFromOutside(new MembershipInput.ViewReceived(message.View));
            if (message.Suspects.Length > 0) PostFromOutside(new MembershipInput.AskedAbout(message.Suspects));
            return true;
        }
        catch (WireFormatException exception)
        {
            LogUnreadableGossip(exception);
            return false;
        }
    }

    /// <summary>Ends the membership without a word to the others.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        await _stopping.CancelAsync();
        _inputs.Writer.TryComplete();
        if (_loop is not null) await _loop;
        _stopping.Dispose();
    }

    private async Task<bool> WaitToLeaveAsync(SiloStatus status, Task done, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_loop is null || _isDisposed) return true;
        }

        Post(new MembershipInput.Leave(status));
        try
        {
            await Task.WhenAny(done, _over.Task).WaitAsync(s_leaveLimit, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            LogCannotLeave(status, s_leaveLimit);
            return false;
        }
    }

    private void PostFromOutside(MembershipInput input)
    {
        if (Interlocked.Increment(ref _waitingFromOutside) > MaxWaitingFromOutside || !Post(input))
            Interlocked.Decrement(ref _waitingFromOutside);
    }

    private bool Post(MembershipInput input) => _inputs.Writer.TryWrite(input);

    private void PostTick()
    {
        if (Interlocked.Exchange(ref _isTickWaiting, 1) == 0) Post(new MembershipInput.Tick());
    }

    private async Task RunAsync()
    {
        // The caller holds a lock, and goes on by itself.
        await Task.Yield();
        await using var timer = _time.CreateTimer(_ => PostTick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            PostTick();
            await foreach (var input in _inputs.Reader.ReadAllAsync(_stoppingToken)) Handle(input, timer);
        }
        catch (OperationCanceledException) when (_stoppingToken.IsCancellationRequested)
        {
            // The membership has ended.
        }
        catch (Exception exception)
        {
            // A silo that no longer takes part in the membership must not go on owning grains.
            LogFailed(exception);
            TellDeath($"the membership of this silo failed: {exception.Message}");
        }
        finally
        {
            _joined.TrySetException(new OrleansException("The membership of this silo has ended."));
            // If nobody waits for it, it is not an unobserved failure.
            _ = _joined.Task.Exception;
            _offRing.TrySetResult();
            _over.TrySetResult();
        }
    }

    private void Handle(MembershipInput input, ITimer timer)
    {
        if (input is MembershipInput.Tick) Volatile.Write(ref _isTickWaiting, 0);
        if (IsFromOutside(input)) Interlocked.Decrement(ref _waitingFromOutside);
        var effects = _machine.Handle(input, Now, UtcNow);
        _isTableReachable = _machine.TableLostSince is null;
        foreach (var effect in effects) CarryOut(effect);
        var status = _machine.OwnStatus;
        if (status == SiloStatus.Active) _joined.TrySetResult();
        if (status.IsTerminating()) _offRing.TrySetResult();
        if (_machine.IsOver)
        {
            _over.TrySetResult();
            _inputs.Writer.TryComplete();
            return;
        }

        var wait = _machine.LookAgainAt - Now;
        timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private static bool IsFromOutside(MembershipInput input) => input
        is MembershipInput.ConnectionLost or MembershipInput.Barred or MembershipInput.Hint or MembershipInput.ViewReceived or MembershipInput.AskedAbout;

    private void CarryOut(MembershipEffect effect)
    {
        switch (effect)
        {
            case MembershipEffect.StartProbe probe: _ = ProbeAsync(probe); break;
            case MembershipEffect.CallTable call: _ = CallTableAsync(call.Call); break;
            case MembershipEffect.Publish publish: Publish(publish); break;
            case MembershipEffect.Send send: Send(send); break;
            case MembershipEffect.Die die:
                LogDeclaredDead(die.Reason);
                _joined.TrySetException(new OrleansException($"This silo cannot join: {die.Reason}."));
                TellDeath(die.Reason);
                break;
            case MembershipEffect.FailJoin fail:
                LogCannotJoin(fail.Reason);
                _joined.TrySetException(new OrleansException($"This silo cannot join: {fail.Reason}."));
                break;
            case MembershipEffect.Left: LogLeft(); break;
            case MembershipEffect.Note { Done: true } done: LogWrote(done.Step.Rule, done.Step.Reason); break;
            case MembershipEffect.Note decided: LogDecided(decided.Step.Rule, decided.Step.Reason); break;
            case MembershipEffect.NoteTableLost lost: LogTableLost(lost.Failure); break;
            case MembershipEffect.NoteTableBack back: LogTableBack(back.LostFor); break;
            case MembershipEffect.NotePause pause: LogPause(pause.For); break;
        }
    }

    private void TellDeath(string reason)
    {
        if (_isDeathTold) return;
        _isDeathTold = true;
        _deathHandler.OnDeclaredDead(reason);
    }

    private void Publish(MembershipEffect.Publish publish)
    {
        LogView(publish.View);
        if (publish.WentBack)
        {
            LogTableWentBack(publish.View.Version);
            _views.Replace(publish.View);
        }
        else
        {
            _views.TryAdvance(publish.View);
        }
    }

    private void Send(MembershipEffect.Send send)
    {
        using var writer = new WireWriter();
        send.Message.Write(writer);
        try
        {
            _gossip.Broadcast(writer.WrittenSpan, send.Silos, send.ToClients);
        }
        catch (Exception exception)
        {
            // Gossip may be lost: the others read the table.
            LogGossipFailed(exception);
        }
    }

    private async Task ProbeAsync(MembershipEffect.StartProbe probe)
    {
        var result = ProbeResult.TimedOut;
        try
        {
            using var limit = new CancellationTokenSource(_settings.ProbeLifetime, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stoppingToken);
            result = await _prober.ProbeAsync(probe.Silo, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // No answer came.
        }
        catch (Exception exception)
        {
            LogProbeFailed(probe.Silo, exception);
        }

        Post(new MembershipInput.ProbeEnded(probe.Id, result));
    }

    private async Task CallTableAsync(TableCall call) => Post(await _table.CallAsync(call));
}
