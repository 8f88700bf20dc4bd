using FsCheck;
using FsCheck.Fluent;
using Warren.Grains.Nodes;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;

namespace Warren.Grains.Tests.Nodes;

public sealed class NodeLeaseTests
{
    private static readonly LeaseOptions s_options = new();

    [Fact]
    public void Look_Silence_IsUnreachableAfter6SecondsAndLostAfter10()
    {
        var lease = new Lease();
        lease.Silent(5.9);
        lease.Condition.ShouldBe(NodeCondition.Ready);
        lease.Silent(0.5);
        (lease.Condition, lease.State.Status.Reason).ShouldBe((NodeCondition.Unreachable, "not heard of for 6.4 s"));
        lease.Silent(3.5);
        lease.Condition.ShouldBe(NodeCondition.Unreachable);
        lease.Silent(0.5);
        (lease.Condition, lease.Changes).ShouldBe((NodeCondition.Lost, 2));
    }

    [Fact]
    public void Look_BlipUnderFiveSeconds_ChangesNothing()
    {
        var lease = new Lease();
        for (var i = 0; i < 20; i++)
        {
            lease.Silent(5);
            lease.Beat();
        }

        lease.Changes.ShouldBe(0);
    }

    [Fact]
    public void Look_ManagerSlept_GivesUpNobody()
    {
        var lease = new Lease();
        lease.Jump(3600);
        lease.Condition.ShouldBe(NodeCondition.Ready);
        lease.Beat();
        lease.Changes.ShouldBe(0);
    }

    [Fact]
    public void Look_ManagerSleepsAgainAndAgain_StillFindsOutInTheEnd()
    {
        var lease = new Lease();
        for (var i = 0; i < 10; i++)
        {
            lease.Jump(60);
        }

        lease.Condition.ShouldBe(NodeCondition.Lost);
    }

    [Fact]
    public void NextLook_IsWhenSilenceWouldChangeTheCondition()
    {
        var lease = new Lease();
        lease.NextLook.ShouldBe(TimeSpan.FromSeconds(6));
        lease.Silent(4);
        lease.NextLook.ShouldBe(TimeSpan.FromSeconds(2));
        lease.Beat();
        lease.NextLook.ShouldBe(TimeSpan.FromSeconds(6));
        lease.Silent(6);
        lease.NextLook.ShouldBe(TimeSpan.FromSeconds(4));
        lease.Jump(60);
        lease.NextLook.ShouldBe(TimeSpan.FromSeconds(4) - (2 * s_options.CheckInterval));
        lease.Silent(2);
        lease.NextLook.ShouldBeNull();
    }

    [Fact]
    public void Begin_NewActivation_GivesFreshGraceAndKeepsTheCondition()
    {
        var lease = new Lease();
        lease.Silent(9.5);
        lease.State = NodeLease.Begin(lease.State.Status, lease.Moment);
        lease.Condition.ShouldBe(NodeCondition.Unreachable);
        lease.Silent(9.5);
        lease.Condition.ShouldBe(NodeCondition.Unreachable);
        lease.Silent(0.5);
        lease.Condition.ShouldBe(NodeCondition.Lost);
    }

    [Fact]
    public void Heartbeat_AfterLost_IsReadyAgain()
    {
        var lease = new Lease();
        lease.Silent(30);
        lease.Beat();
        (lease.Condition, lease.State.Status.Reason).ShouldBe((NodeCondition.Ready, "heard of again"));
    }

    [Fact]
    public void Heartbeat_Flapping_MustBeSteadyFirst()
    {
        var lease = new Lease();
        for (var i = 0; i < 3; i++)
        {
            lease.Condition.ShouldBe(NodeCondition.Ready);
            lease.Silent(7);
            lease.Beat();
        }

        lease.Condition.ShouldBe(NodeCondition.Unreachable);
        lease.State.Status.Reason.ShouldBe("heard of again for the 3. time in 300 s; ready after 10 s without a break");
        lease.Heard(8);
        lease.Condition.ShouldBe(NodeCondition.Unreachable);
        lease.Heard(2);
        lease.Condition.ShouldBe(NodeCondition.Ready);

        // After quiet minutes it is trusted as before.
        lease.Heard(400);
        lease.Silent(7);
        lease.Beat();
        lease.Condition.ShouldBe(NodeCondition.Ready);
    }

    [Fact]
    public void SteadyTime_MoreReturns_DoublesUpToItsLimit() =>
        new[] { 2, 3, 4, 5, 6, 7, 50 }.Select(returns => NodeLease.SteadyTimeAfter(returns, s_options).TotalSeconds)
            .ShouldBe([0, 10, 20, 40, 80, 120, 120]);

    [Fact]
    public void Heartbeat_OfAReplacedAgent_IsRefused()
    {
        var lease = new Lease();
        lease.State = NodeLease.Register(lease.State, 7, s_options, lease.Moment).State;
        NodeLease.Heartbeat(lease.State, 6, s_options, lease.Moment).Outcome.ShouldBe(LeaseOutcome.Superseded);
        NodeLease.Heartbeat(lease.State, 7, s_options, lease.Moment).Outcome.ShouldBe(LeaseOutcome.Taken);
        NodeLease.Heartbeat(lease.State, 8, s_options, lease.Moment).Outcome.ShouldBe(LeaseOutcome.RegisterFirst);
        NodeLease.Register(lease.State, 5, s_options, lease.Moment).Outcome.ShouldBe(LeaseOutcome.Superseded);
        NodeLease.Heartbeat(NodeLease.Begin(lease.State.Status, lease.Moment), 7, s_options, lease.Moment).Outcome.ShouldBe(LeaseOutcome.Taken);
    }

    [Fact]
    public void Validate_Options_TellsAllProblems()
    {
        s_options.Validate().ShouldBeEmpty();
        var options = new LeaseOptions
        {
            UnreachableAfter = TimeSpan.FromSeconds(3),
            LostAfter = TimeSpan.FromSeconds(3),
            CheckInterval = TimeSpan.FromSeconds(2),
            FlapCount = 0,
            MaxSteadyTime = TimeSpan.FromSeconds(1),
        };
        options.Validate().Select(problem => problem.Path).ShouldBe(["UnreachableAfter", "LostAfter", "CheckInterval", "FlapCount", "MaxSteadyTime"]);
        options.Validate()[0].ToString().ShouldBe("UnreachableAfter: must be at least 00:00:04, was 00:00:03");
    }

    private static readonly Gen<double[]> s_gaps = Gen.Frequency(
        (5, Gen.Choose(1, 40).Select(tenths => tenths / 10.0)),
        (1, Gen.Choose(40, 200).Select(tenths => tenths / 10.0)),
        (1, Gen.Choose(-2000, -1).Select(seconds => (double)seconds))).NonEmptyListOf().Select(gaps => gaps.ToArray());

    /// <summary>Positive: so long nothing is heard. Negative: so long the manager itself sleeps, and the agent goes on.</summary>
    [Fact]
    public void Lease_AnyLife_IsLostOnlyAfterTenSecondsThatTheManagerCouldHear() => Sampled.Check(s_gaps, gaps =>
    {
        var lease = new Lease();
        foreach (var gap in gaps)
        {
            if (gap < 0) lease.Jump(-gap);
            else lease.Silent(gap);
            (lease.Condition == NodeCondition.Lost).ShouldBe(lease.Heardless >= 10, $"silent for {lease.Heardless} s");
            if (lease.Heardless < 6 && lease.State.HeldSince is null) lease.Condition.ShouldBe(NodeCondition.Ready);
            if (gap >= 0) lease.Beat();
        }
    });

    [Fact]
    public void Lives_Generated_ReachWhatMatters()
    {
        Sampled.Share(s_gaps, gaps => gaps.Any(gap => gap > 10)).ShouldBeGreaterThan(0.3);
        Sampled.Share(s_gaps, gaps => gaps.Any(gap => gap < -10)).ShouldBeGreaterThan(0.3);
        Sampled.Finds(s_gaps, gaps =>
        {
            // A lease that believed the clock alone.
            var lease = new Lease();
            foreach (var gap in gaps) lease.Jump(Math.Abs(gap));
            (gaps.Sum(Math.Abs) >= 10).ShouldBe(lease.Condition == NodeCondition.Lost);
        }).ShouldBeTrue();
    }

    private sealed class Lease
    {
        private static readonly TimeSpan s_look = s_options.CheckInterval;
        private readonly ManualTime _time = new();
        private readonly AwakeClock _awake;

        public Lease()
        {
            _awake = new(_time, s_look);
            State = NodeLease.Register(NodeLease.Begin(new() { Condition = NodeCondition.Ready, Since = A.Moment }, Moment), 1, s_options, Moment).State;
        }

        public LeaseState State { get; set; }

        public int Changes { get; private set; }

        /// <summary>For how long an awake manager has heard nothing, to the look.</summary>
        public double Heardless { get; private set; }

        public NodeCondition Condition => State.Status.Condition;

        public LeaseMoment Moment => new(_awake.Elapsed, A.Moment + _time.Elapsed);

        public TimeSpan? NextLook => NodeLease.NextLookAfter(State, s_options, Moment);

        public void Silent(double seconds)
        {
            for (var end = _time.Elapsed + TimeSpan.FromSeconds(seconds); _time.Elapsed < end;)
            {
                var step = end - _time.Elapsed < s_look ? end - _time.Elapsed : s_look;
                _time.Elapsed += step;
                Heardless += step.TotalSeconds;
                Look();
            }

            Heardless = Math.Round(Heardless, 3);
        }

        public void Heard(double seconds)
        {
            for (var i = 0; i < seconds / 2; i++)
            {
                Silent(2);
                Beat();
            }
        }

        public void Jump(double seconds)
        {
            _time.Elapsed += TimeSpan.FromSeconds(seconds);
            Heardless += Math.Min(seconds, (s_look * 2).TotalSeconds);
            Look();
        }

        public void Beat()
        {
            Heardless = 0;
            Take(NodeLease.Heartbeat(State, 1, s_options, Moment));
        }

        private void Look() => Take(NodeLease.Look(State, s_options, Moment));

        private void Take(LeaseStep step)
        {
            State = step.State;
            if (step.IsConditionChange) Changes++;
        }
    }
    /// <summary>Passes when it is told; the reads of the tests are the ticks.</summary>
    private sealed class ManualTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
