using Orleans.Runtime.Membership;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Membership.Simulation;

/// <summary>One life of one silo: its machine, and the process around it, which may be paused or killed.</summary>
internal sealed class SimulatedSilo
{
    private static readonly DateTime s_wallClockStart = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly SimulatedCluster _cluster;
    private readonly Queue<MembershipInput> _waiting = [];
    private readonly List<Action> _probesWaiting = [];
    private TimeSpan _wallClockOffset;
    private TimeSpan _listensUntil;
    private long _tick;

    public SimulatedSilo(SimulatedCluster cluster, int number, int generation, TimeSpan wallClockOffset)
    {
        (_cluster, Number, _wallClockOffset) = (cluster, number, wallClockOffset);
        Address = Cluster.Silo(number, generation);
        var own = new MembershipEntry { SiloAddress = Address, SiloName = "silo-" + number, HostName = "host-" + number, ProxyPort = 3000 };
        Machine = new MembershipMachine(own, cluster.Settings, cluster.Now, WallClock);
    }

    public int Number { get; }

    public SiloAddress Address { get; }

    public MembershipMachine Machine { get; }

    public bool IsKilled { get; private set; }

    public TimeSpan? KilledAt { get; private set; }

    /// <summary>When it became active; null when it has not.</summary>
    public TimeSpan? ActiveSince { get; private set; }

    /// <summary>When its machine ended; null when it has not.</summary>
    public TimeSpan? OverSince { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>How often it was told of its own death, and why.</summary>
    public List<string> Deaths { get; } = [];

    public List<string> JoinFailures { get; } = [];

    public bool HasLeft { get; private set; }

    public int TableCalls { get; private set; }

    public DateTime WallClock => s_wallClockStart + _cluster.Now + _wallClockOffset;

    public bool IsRunning => !IsKilled && !IsPaused && !Machine.IsOver;

    public void Begin() => Give(new MembershipInput.Tick());

    /// <summary>Ends the process: its peers' connections break, and its endpoint refuses.</summary>
    /// <param name="listensFor">
    /// For how long its listener outlives its connections: who connects meanwhile is served by nobody, and cut off at the end.
    /// </param>
    public void Kill(TimeSpan listensFor = default)
    {
        _listensUntil = _cluster.Now + listensFor;
        if (IsKilled) return;
        IsKilled = true;
        KilledAt = _cluster.Now;
        foreach (var refused in _probesWaiting) _cluster.In(_cluster.Latency(), refused);
        _probesWaiting.Clear();
        _cluster.Note($"{Address} is killed");
        foreach (var peer in _cluster.Silos.Where(peer => peer != this && !_cluster.IsCut(peer.Number, Number)))
            _cluster.In(_cluster.Latency(), () => peer.Give(new MembershipInput.ConnectionLost(Address)));
    }

    /// <summary>Stops the process as SIGSTOP does: the kernel goes on taking what is sent to it.</summary>
    public void Pause()
    {
        IsPaused = true;
        _cluster.Note($"{Address} is paused");
    }

    public void Resume()
    {
        IsPaused = false;
        _cluster.Note($"{Address} is resumed");
        if (IsKilled) return;
        // What arrived meanwhile and the timer that is late come in any order.
        var late = _waiting.ToList();
        _waiting.Clear();
        late.Insert(_cluster.Random.Next(late.Count + 1), new MembershipInput.Tick());
        foreach (var input in late) Give(input);
        foreach (var answer in _probesWaiting) _cluster.In(_cluster.Latency(), answer);
        _probesWaiting.Clear();
    }

    public void SetWallClock(TimeSpan by) => _wallClockOffset += by;

    public void Leave(SiloStatus status) => Give(new MembershipInput.Leave(status));

    public void Give(MembershipInput input)
    {
        if (IsKilled || Machine.IsOver) return;
        if (IsPaused)
        {
            _waiting.Enqueue(input);
            return;
        }

        foreach (var effect in Machine.Handle(input, _cluster.Now, WallClock)) CarryOut(effect);
        // What was decided is under way and counts as done: the same moment again gives nothing new.
        Machine.Handle(new MembershipInput.Tick(), _cluster.Now, WallClock).ShouldBeEmpty(_cluster.Describe());
        if (Machine.OwnStatus == SiloStatus.Active) ActiveSince ??= _cluster.Now;
        if (Machine.IsOver) OverSince ??= _cluster.Now;
        ScheduleTick();
    }

    private void ScheduleTick()
    {
        var tick = ++_tick;
        var wait = Machine.LookAgainAt - _cluster.Now;
        _cluster.In(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, () =>
        {
            if (tick == _tick) Give(new MembershipInput.Tick());
        });
    }

    private void CarryOut(MembershipEffect effect)
    {
        switch (effect)
        {
            case MembershipEffect.StartProbe probe:
                Probe(probe);
                break;
            case MembershipEffect.CallTable call:
                TableCalls++;
                _cluster.Table.Call(this, call.Call);
                break;
            case MembershipEffect.Publish publish:
                if (!publish.WentBack) _cluster.OnView(publish.View);
                break;
            case MembershipEffect.Send send:
                foreach (var receiver in send.Silos) SendTo(receiver, send.Message);
                break;
            case MembershipEffect.Die die:
                Deaths.Add(die.Reason);
                _cluster.Note($"{Address} stops: {die.Reason}");
                break;
            case MembershipEffect.FailJoin fail:
                JoinFailures.Add(fail.Reason);
                _cluster.Note($"{Address} cannot join: {fail.Reason}");
                break;
            case MembershipEffect.Left:
                HasLeft = true;
                break;
            case MembershipEffect.Note { Done: true } note:
                _cluster.Note($"{Address} wrote {note.Step.Rule}: {note.Step.Reason}");
                break;
            case MembershipEffect.NotePause pause:
                _cluster.Note($"{Address} noticed a pause of {pause.For}");
                break;
        }
    }

    private void Probe(MembershipEffect.StartProbe probe)
    {
        var isOver = false;
        _cluster.In(_cluster.Settings.ProbeLifetime, () => End(ProbeResult.TimedOut));
        _cluster.In(_cluster.Latency(), () => Arrive());

        void Arrive()
        {
            var number = Cluster.NumberOf(probe.Silo);
            if (_cluster.IsCut(Number, number)) return;
            var listener = _cluster.ListenerAt(probe.Silo);
            if (listener is null && _cluster.Find(probe.Silo) is { } ending && ending._listensUntil > _cluster.Now)
                _cluster.In(ending._listensUntil - _cluster.Now + _cluster.Latency(), () => End(ProbeResult.Broken));
            else if (listener is null || (!listener.IsPaused && !listener.Address.Equals(probe.Silo)))
                _cluster.In(_cluster.Latency(), () => End(ProbeResult.Refused));
            else if (listener.IsPaused)
                listener._probesWaiting.Add(Arrive);
            else
                _cluster.In(_cluster.Latency(), () => Answer(number));
        }

        void Answer(int number)
        {
            if (!_cluster.IsCut(Number, number)) End(ProbeResult.Ok);
        }

        void End(ProbeResult result)
        {
            if (isOver) return;
            isOver = true;
            Give(new MembershipInput.ProbeEnded(probe.Id, result));
        }
    }

    private void SendTo(SiloAddress receiver, GossipMessage message)
    {
        if (message.Suspects.Length > 0) _cluster.Asks++;
        using var writer = new WireWriter();
        message.Write(writer);
        var bytes = writer.WrittenSpan.ToArray();
        var luck = _cluster.Random.NextDouble();
        var copies = luck < _cluster.Loss ? 0 : luck < 2 * _cluster.Loss ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            _cluster.In(_cluster.Latency(), () =>
            {
                if (_cluster.IsCut(Number, Cluster.NumberOf(receiver)) || _cluster.Find(receiver) is not { } peer) return;
                var read = GossipMessage.Read(bytes);
                if (read.View is not null) peer.Give(new MembershipInput.ViewReceived(read.View));
                if (read.Suspects.Length > 0) peer.Give(new MembershipInput.AskedAbout(read.Suspects));
            });
        }
    }
}
