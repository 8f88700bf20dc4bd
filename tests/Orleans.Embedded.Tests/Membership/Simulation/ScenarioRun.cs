namespace Orleans.Embedded.Tests.Membership.Simulation;

/// <summary>Plays a scenario and checks what must hold in each.</summary>
internal sealed class ScenarioRun
{
    /// <summary>A shorter pause or cut is never held against a silo.</summary>
    private static readonly TimeSpan s_tolerated = TimeSpan.FromSeconds(5);

    /// <summary>A death may be decided shortly before its reason ends, and written shortly after.</summary>
    private static readonly TimeSpan s_onItsWay = TimeSpan.FromSeconds(2);

    private readonly Scenario _scenario;
    private readonly List<(SiloAddress Silo, TimeSpan From, TimeSpan? To)> _pauses = [];
    private readonly List<(int A, int B, TimeSpan From, TimeSpan? To)> _cuts = [];
    private readonly Dictionary<(int, int), int> _openCuts = [];
    private readonly HashSet<SiloAddress> _left = [];

    public ScenarioRun(Scenario scenario)
    {
        _scenario = scenario;
        Cluster = new SimulatedCluster(scenario.Seed) { Loss = scenario.Loss };
    }

    public SimulatedCluster Cluster { get; }

    public void Play()
    {
        Cluster.StartAll(_scenario.Silos, number => TimeSpan.FromSeconds(_scenario.ClockOffsets[number - 1]));
        foreach (var fault in _scenario.Faults) Cluster.In(fault.At, () => Begin(fault));
        // Then everything is well again, for longer than it takes to notice.
        Cluster.Run(Scenario.FaultsWithin + _scenario.Faults.Max(fault => fault.For) + TimeSpan.FromSeconds(140));
    }

    public void CheckDeathsAreExcused()
    {
        foreach (var death in Cluster.Table.Deaths)
            IsExcused(death.Silo, death.By, death.At).ShouldBeTrue($"{death.Silo} declared dead by {death.By} at {death.At}: {death.Row}\n{Explain()}");
    }

    public void CheckEndIsOrderly()
    {
        var running = Cluster.Silos.Where(silo => silo.IsRunning).ToArray();
        foreach (var silo in Cluster.Silos)
        {
            var status = Cluster.Table.StatusOf(silo.Address);
            silo.Deaths.Count.ShouldBeLessThanOrEqualTo(1, Explain());
            if (silo.Deaths.Count == 1) status.ShouldBe(SiloStatus.Dead, $"{silo.Address} believes itself dead\n{Explain()}");
            // One that was killed while it joined is declared dead when its time for that is up, which is after the end.
            SiloStatus[] gone = silo.ActiveSince is null ? [SiloStatus.Dead, SiloStatus.None, SiloStatus.Joining] : [SiloStatus.Dead, SiloStatus.None];
            if (running.Length > 0 && (silo.IsKilled || _left.Contains(silo.Address))) status.ShouldBeOneOf(gone, $"{silo.Address} is gone\n{Explain()}");
            if (status == SiloStatus.Dead) silo.IsRunning.ShouldBeFalse($"{silo.Address} is dead and should have stopped\n{Explain()}");
        }

        foreach (var silo in running)
        {
            silo.Machine.OwnStatus.ShouldBe(SiloStatus.Active, $"{silo.Address}\n{Explain()}");
            silo.Machine.View.Active.AsEnumerable().ShouldBe(running.Select(other => other.Address).Order(), $"seen by {silo.Address}\n{Explain()}");
        }

        // One of two that declared the other dead for a cut link may itself be killed after it.
        if (Cluster.Silos.Any(silo => !silo.IsKilled && !_left.Contains(silo.Address) && silo.Deaths.Count == 0)) running.ShouldNotBeEmpty(Explain());
    }

    public string Explain() => $"{_scenario}\n{Cluster.Describe()}";

    private void Begin(Fault fault)
    {
        var silo = Cluster[fault.Silo];
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                silo.Kill();
                break;
            case FaultKind.KillAndRestart:
                silo.Kill();
                Cluster.In(fault.For, () =>
                {
                    if (Cluster[fault.Silo].IsKilled) Cluster.Start(fault.Silo, TimeSpan.FromSeconds(_scenario.ClockOffsets[fault.Silo - 1]));
                });
                break;
            case FaultKind.Pause when !silo.IsPaused && !silo.IsKilled:
                Pause(silo, fault.For);
                break;
            case FaultKind.CutLink:
                Cut(fault);
                break;
            case FaultKind.TableDown when !Cluster.Table.IsDown:
                Cluster.Note("the table goes down");
                (Cluster.Table.IsDown, Cluster.Table.DoneThoughFailed) = (true, 0.3);
                Cluster.In(fault.For, () =>
                {
                    Cluster.Note("the table comes back");
                    Cluster.Table.IsDown = false;
                });
                break;
            case FaultKind.Leave when silo.IsRunning:
                _left.Add(silo.Address);
                silo.Leave(SiloStatus.ShuttingDown);
                Cluster.In(fault.For, () => silo.Leave(SiloStatus.Dead));
                break;
            case FaultKind.WallClockJump:
                silo.SetWallClock(fault.For * (fault.Other % 2 == 0 ? 100 : -100));
                break;
        }
    }

    private void Pause(SimulatedSilo silo, TimeSpan time)
    {
        var at = _pauses.Count;
        _pauses.Add((silo.Address, Cluster.Now, null));
        silo.Pause();
        Cluster.In(time, () =>
        {
            _pauses[at] = _pauses[at] with { To = Cluster.Now };
            silo.Resume();
        });
    }

    /// <summary>Cuts of one link may overlap; it is whole again when the last has ended.</summary>
    private void Cut(Fault fault)
    {
        var link = (Math.Min(fault.Silo, fault.Other), Math.Max(fault.Silo, fault.Other));
        _openCuts[link] = _openCuts.GetValueOrDefault(link) + 1;
        if (_openCuts[link] == 1)
        {
            Cluster.Note($"link {link} is cut");
            Cluster.CutLink(link.Item1, link.Item2);
            _cuts.Add((link.Item1, link.Item2, Cluster.Now, null));
        }

        Cluster.In(fault.For, () =>
        {
            if (--_openCuts[link] > 0) return;
            Cluster.Note($"link {link} is mended");
            Cluster.MendLink(link.Item1, link.Item2);
            var at = _cuts.FindLastIndex(cut => (cut.A, cut.B) == link);
            _cuts[at] = _cuts[at] with { To = Cluster.Now };
        });
    }

    /// <summary>
    /// A silo may be declared dead when it was killed, when it stood still for long, or when it could not be reached for long by two
    /// others, or by one if no third was there to disagree.
    /// </summary>
    private bool IsExcused(SiloAddress silo, SiloAddress by, TimeSpan at)
    {
        if (Cluster.Find(silo) is not { } target || target.KilledAt <= at || by.IsSuccessorOf(silo)) return true;
        if (WasPausedLong(silo, at)) return true;
        var others = Cluster.Silos.Where(other => other != target && other.ActiveSince <= at && !(other.KilledAt <= at) && !(other.OverSince <= at)).ToArray();
        var cutOff = others.Count(other => WasCutLong(other.Number, target.Number, at));
        var accuser = Cluster.Find(by)!.Number;
        var witnesses = others.Count(other => !other.Address.Equals(by)
            && !WasPausedLong(other.Address, at)
            && !WasCutEver(other.Number, target.Number, at)
            && !WasCutEver(other.Number, accuser, at));
        return cutOff >= 2 || (cutOff == 1 && witnesses == 0);
    }

    private bool WasPausedLong(SiloAddress silo, TimeSpan at) => _pauses.Any(pause => pause.Silo.Equals(silo) && IsLongAt(pause.From, pause.To, at));

    private bool WasCutLong(int a, int b, TimeSpan at) => Cuts(a, b).Any(cut => IsLongAt(cut.From, cut.To, at));

    private bool WasCutEver(int a, int b, TimeSpan at) => Cuts(a, b).Any(cut => cut.From <= at);

    private IEnumerable<(int A, int B, TimeSpan From, TimeSpan? To)> Cuts(int a, int b) =>
        _cuts.Where(cut => cut.A == Math.Min(a, b) && cut.B == Math.Max(a, b));

    private static bool IsLongAt(TimeSpan from, TimeSpan? to, TimeSpan at) =>
        from <= at && (to ?? at) - from >= s_tolerated && at <= (to ?? at) + s_onItsWay;
}
