using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>
/// One silo's membership without its surroundings: takes what happened and the time, gives what is to be done. It does no I/O, has
/// no clock and no thread of its own, so that whole clusters of it run in a test. Not thread-safe.
/// </summary>
internal sealed class MembershipMachine
{
    private readonly MembershipSettings _settings;
    private readonly SiloAddress _self;
    private readonly TimeSpan _joinDeadline;
    private readonly TableProgress _table;
    private readonly TableObservations _observations = new();
    private readonly Dictionary<SiloAddress, SiloEvidence> _evidence = [];
    private readonly Dictionary<long, (SiloAddress Silo, TimeSpan StartedAt)> _probes = [];
    private List<MembershipEffect> _effects = [];
    private TimeSpan _now;
    private DateTime _utcNow;
    private long _lastProbeId;
    private ClusterView _view = ClusterView.Empty;
    private TimeSpan _viewSince;
    private int _readsBehind;
    private bool _ownRowSeen;
    private SiloStatus _wanted = SiloStatus.Active;
    private string? _hint;

    /// <param name="own">This silo's row; its status and times are filled in.</param>
    /// <param name="settings">The options.</param>
    /// <param name="now">The monotonic time.</param>
    /// <param name="utcNow">The wall clock's.</param>
    public MembershipMachine(MembershipEntry own, MembershipSettings settings, TimeSpan now, DateTime utcNow)
    {
        (_self, _settings, _now, _utcNow) = (own.SiloAddress, settings, now, utcNow);
        _joinDeadline = now + settings.Options.MaxJoinAttemptTime;
        _table = new TableProgress(own, now);
        LookAgainAt = now;
    }

    /// <summary>When a <see cref="MembershipInput.Tick"/> is due at the latest.</summary>
    public TimeSpan LookAgainAt { get; private set; }

    /// <summary>Whether the silo has left or is dead. Nothing is done any more.</summary>
    public bool IsOver { get; private set; }

    public ClusterView View => _view;

    public SiloStatus OwnStatus => _view.Find(_self)?.Status ?? (_ownRowSeen ? SiloStatus.Dead : SiloStatus.Created);

    /// <summary>Since when the table cannot be reached; null when it can.</summary>
    public TimeSpan? TableLostSince => _table.LostSince;

    public IReadOnlyList<MembershipEffect> Handle(MembershipInput input, TimeSpan now, DateTime utcNow)
    {
        _effects = [];
        if (IsOver) return _effects;
        NoticePause(now, utcNow);
        (_now, _utcNow) = (now, utcNow);
        Take(input);
        UseHint();
        CarryOut(MembershipDecision.Compute(Snapshot(), _settings));
        return _effects;
    }

    internal MembershipSnapshot Snapshot() => new()
    {
        Self = _self,
        Now = _now,
        Wanted = _wanted,
        JoinDeadline = _joinDeadline,
        TriedToInsert = _table.TriedToInsert,
        OwnRowSeen = _ownRowSeen,
        Members = [.. _view.Members.Select(member => _observations.StateOf(member, _evidence.GetValueOrDefault(member.Silo)))],
        Table = _table.StateFor(_view),
    };

    /// <summary>
    /// Something is handled at least as soon as was planned. If it was not, this process (or its whole machine, by the wall clock)
    /// stood still: what it has not heard says nothing about others, and they may have declared it dead.
    /// </summary>
    private void NoticePause(TimeSpan now, DateTime utcNow)
    {
        var (passed, passedByWallClock) = (now - _now, utcNow - _utcNow);
        var planned = LookAgainAt - _now;
        var pause = (passed > passedByWallClock ? passed : passedByWallClock)
            - (planned > MembershipSettings.TickPeriod ? planned : MembershipSettings.TickPeriod);
        if (pause <= MembershipSettings.PauseLimit) return;

        foreach (var (silo, evidence) in _evidence.ToArray()) _evidence[silo] = evidence.Discard(now);
        _table.MustRead($"this process stood still for {pause.TotalSeconds:0.0} s", now);
        _effects.Add(new MembershipEffect.NotePause(pause));
    }

    private void Take(MembershipInput input)
    {
        switch (input)
        {
            case MembershipInput.ProbeEnded ended: OnProbeEnded(ended); break;
            case MembershipInput.ConnectionLost lost: OnConnectionLost(lost.Silo); break;
            case MembershipInput.Barred barred: OnBarred(barred.Silo); break;
            case MembershipInput.AskedAbout asked: OnAskedAbout(asked.Suspects); break;
            case MembershipInput.ViewReceived received when received.View.Version > _view.Version: Adopt(received.View, wentBack: false); break;
            case MembershipInput.Hint hint: _hint = hint.Reason; break;
            case MembershipInput.Leave leave when leave.Status > _wanted: _wanted = leave.Status; break;
            case MembershipInput.TableInitialised:
                _table.OnInitialised();
                _table.MustRead("it was not read yet", _now);
                OnTableReached();
                break;
            case MembershipInput.TableRead read: OnTableRead(read.Data); break;
            case MembershipInput.TableWritten written: OnTableWritten(written.Done); break;
            case MembershipInput.TableFailed failed: OnTableFailed(failed.Failure); break;
        }
    }

    private void OnProbeEnded(MembershipInput.ProbeEnded ended)
    {
        if (!_probes.Remove(ended.Id, out var probe) || !_evidence.TryGetValue(probe.Silo, out var evidence)) return;
        _evidence[probe.Silo] = ended.Result switch
        {
            ProbeResult.Ok => evidence.OnAnswer(_now),
            ProbeResult.Refused => evidence.OnRefused(probe.StartedAt, _now),
            ProbeResult.Broken => evidence.OnBroken(probe.StartedAt, _now),
            _ => evidence,
        };
    }

    private void OnConnectionLost(SiloAddress silo)
    {
        Watch(silo);
        // Silos close their connections to one that is declared dead: it may be this one.
        if (_view.Find(silo) is { IsRunning: true }) _hint = $"the connection to {silo} broke";
    }

    private void OnBarred(SiloAddress silo)
    {
        Watch(silo);
        if (_evidence.TryGetValue(silo, out var evidence)) _evidence[silo] = evidence.OnBarred();
    }

    private void OnAskedAbout(ImmutableArray<SiloAddress> suspects)
    {
        foreach (var suspect in suspects)
        {
            Watch(suspect);
            // The asker's vote, which may make enough of them, is in the table and not in the view.
            if (_evidence.TryGetValue(suspect, out var evidence) && evidence.SuspicionAt(_now, _settings) != Suspicion.None)
                _hint = $"another silo suspects {suspect}, as this one does";
        }
    }

    /// <summary>Probes a silo at once, and watches it for a while if it is not among those watched anyhow.</summary>
    private void Watch(SiloAddress silo)
    {
        if (silo.Equals(_self) || _view.Find(silo) is not { IsRunning: true }) return;
        var evidence = _evidence.GetValueOrDefault(silo) ?? SiloEvidence.Begin(_now);
        _evidence[silo] = evidence.OnAskedAbout(until: _now + _settings.ProbeLifetime + _settings.ProbePeriod);
    }

    private void OnTableRead(MembershipTableData data)
    {
        OnTableReached();
        var view = ClusterView.Of(data);
        var wentBack = view.Version < _view.Version;
        if (wentBack)
        {
            // Either the read is older than a view that came meanwhile, or the table has lost what was committed.
            if (_table.CallStartedAt > _viewSince) _readsBehind++;
            if (_readsBehind < MembershipSettings.ReadsBehindLimit)
            {
                _table.OnReadDiscarded();
                _table.MustRead($"it shows version {view.Version}, and {_view.Version} is known", _now);
                _table.WaitUntil(_now + (MembershipSettings.FirstTableRetry * _readsBehind));
                return;
            }
        }

        _readsBehind = 0;
        _table.OnRead(data, _utcNow);
        if (wentBack || view.Version > _view.Version) Adopt(view, wentBack);
        else SetView(view);
        _observations.OnTable(data, _now, _utcNow);
    }

    private void OnTableWritten(bool done)
    {
        OnTableReached();
        var step = _table.Current!;
        var view = _table.OnWritten(done, _now);
        if (view is null) return;
        _effects.Add(new MembershipEffect.Note(step, Done: true));
        if (view.Version <= _view.Version) return;
        if (_settings.Options.UseLivenessGossip) TellSilos(view);
        Adopt(view, wentBack: false);
    }

    /// <summary>Also the silo that is dead by this change: it may be alive, and should stop.</summary>
    private void TellSilos(ClusterView view)
    {
        var receivers = view.Members
            .Where(member => !member.Silo.Equals(_self) && (member.Status != SiloStatus.Dead || _view.Find(member.Silo)?.Status != SiloStatus.Dead))
            .Select(member => member.Silo).ToImmutableArray();
        if (receivers.Length > 0) _effects.Add(new MembershipEffect.Send(GossipMessage.Of(view), receivers, ToClients: false));
    }

    private void OnTableFailed(Exception failure)
    {
        var isNew = _table.LostSince is null;
        _table.OnFailed(_now);
        if (isNew) _effects.Add(new MembershipEffect.NoteTableLost(failure));
    }

    private void OnTableReached()
    {
        if (_table.OnReached(_now) is { } lostFor) _effects.Add(new MembershipEffect.NoteTableBack(lostFor));
    }

    private void Adopt(ClusterView view, bool wentBack)
    {
        SetView(view);
        _viewSince = _now;
        _effects.Add(new MembershipEffect.Publish(view, wentBack));
        // Clients hear of changes from the silos they are connected to, whoever made them.
        _effects.Add(new MembershipEffect.Send(GossipMessage.Of(view), [], ToClients: true));
    }

    private void SetView(ClusterView view)
    {
        _view = view;
        _ownRowSeen |= view.Find(_self) is not null;
        _observations.OnView(view, _now);
    }

    /// <summary>A hint makes the table be read, but not in a loop, however many come.</summary>
    private void UseHint()
    {
        if (_hint is null || _now < _table.CallStartedAt + MembershipSettings.FirstTableRetry) return;
        _table.MustRead(_hint, _now);
        _hint = null;
    }

    private void CarryOut(MembershipPlan plan)
    {
        LookAgainAt = plan.LookAgainAt;
        if (plan.OwnDeath is { } death)
        {
            End(new MembershipEffect.Die(death));
            return;
        }

        if (plan.HasLeft)
        {
            End(new MembershipEffect.Left());
            return;
        }

        if (plan.JoinFailure is { } failure)
        {
            _effects.Add(new MembershipEffect.FailJoin(failure));
            _wanted = SiloStatus.Dead;
            CarryOut(MembershipDecision.Compute(Snapshot(), _settings));
            return;
        }

        WatchOnly(plan.Watched);
        foreach (var silo in plan.Probes) StartProbe(silo);
        if (plan.AskAbout.Length > 0) AskOthers(plan.AskAbout);
        if (plan.Table is { } step) CallTable(step);
    }

    private void End(MembershipEffect last)
    {
        IsOver = true;
        _evidence.Clear();
        _probes.Clear();
        _effects.Add(last);
    }

    private void WatchOnly(ImmutableArray<SiloAddress> watched)
    {
        foreach (var silo in _evidence.Keys.Except(watched).ToArray()) _evidence.Remove(silo);
        foreach (var silo in watched) _evidence.TryAdd(silo, SiloEvidence.Begin(_now));
    }

    private void StartProbe(SiloAddress silo)
    {
        var id = ++_lastProbeId;
        _probes.Add(id, (silo, _now));
        _evidence[silo] = _evidence[silo].OnProbeStarted(_now);
        _effects.Add(new MembershipEffect.StartProbe(id, silo));
    }

    private void AskOthers(ImmutableArray<SiloAddress> suspects)
    {
        foreach (var silo in suspects) _evidence[silo] = _evidence[silo].OnOthersAsked(_now);
        var others = _view.Members.Where(member => member.IsRunning && !member.Silo.Equals(_self) && !suspects.Contains(member.Silo))
            .Select(member => member.Silo).ToImmutableArray();
        if (others.Length > 0) _effects.Add(new MembershipEffect.Send(GossipMessage.Suspecting(suspects), others, ToClients: false));
    }

    private void CallTable(TableStep step)
    {
        if (step is not TableStep.Read and not TableStep.SignOfLife) _effects.Add(new MembershipEffect.Note(step, Done: false));
        _effects.Add(new MembershipEffect.CallTable(_table.Begin(step, _now, _utcNow)));
    }
}
