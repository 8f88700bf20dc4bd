using Orleans.Configuration;
using Orleans.Embedded.Tests.Membership.Simulation;
using Orleans.Runtime.Membership;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>What a cluster of silos does about one fault or two, told as stories. Times are those of the default options.</summary>
public sealed class MembershipScenarioTests
{
    private static readonly TimeSpan s_killedBound = TimeSpan.FromSeconds(1.5);

    private readonly SimulatedCluster _cluster = new(seed: 1);

    [Fact]
    public void Start_SeveralAtOnce_AllBecomeActive()
    {
        _cluster.StartAll(5);

        _cluster.Table.Content.Members.ShouldAllBe(row => row.Item1.Status == SiloStatus.Active);
        _cluster.Run(TimeSpan.FromMinutes(3));
        _cluster.Table.Deaths.ShouldBeEmpty();
        _cluster.Table.Content.Version.Version.ShouldBe(10, "each silo joined and became active, and nothing else changed the table");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Kill_OneSilo_IsDeclaredDeadAndKnownEverywhereInTime(int count)
    {
        _cluster.StartAll(count);
        _cluster.Run(TimeSpan.FromSeconds(3.7));

        _cluster[2].Kill();

        _cluster.RunUntil(() => Others(2).All(silo => silo.Machine.View.StatusOf(Silo(2)) == SiloStatus.Dead), s_killedBound, "all know the death");
        _cluster.Table.Deaths.ShouldHaveSingleItem().Silo.ShouldBe(Silo(2));
    }

    /// <summary>It answers all the while. Of two silos the one that may stay is the one that stays.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Barred_OneSilo_IsDeclaredDeadByOneVoteAndEnds(int count)
    {
        _cluster.StartAll(count);
        _cluster.Run(TimeSpan.FromSeconds(3.7));

        _cluster[1].Give(new MembershipInput.Barred(Silo(2)));

        _cluster.RunUntil(() => _cluster[2].Deaths.Count == 1, s_killedBound, "the silo knows its death");
        _cluster.Run(TimeSpan.FromMinutes(1));
        _cluster.Table.Deaths.ShouldHaveSingleItem().Silo.ShouldBe(Silo(2));
    }

    [Fact]
    public void Kill_ThreeSilos_BothOthersHaveVoted()
    {
        _cluster.StartAll(3);
        _cluster[2].Kill();
        _cluster.Run(s_killedBound);

        _cluster.Table.Content.TryGet(Silo(2))!.Item1.SuspectTimes!.Select(vote => vote.Item1).Order().ShouldBe([Silo(1), Silo(3)]);
    }

    [Fact]
    public void Kill_ConnectionLossSeenByOneOnly_OthersAreAskedAndDeadInTime()
    {
        _cluster.StartAll(3);
        _cluster.Run(TimeSpan.FromSeconds(2.1));
        // Silo 3 has no connection to silo 2, so only silo 1 sees it break.
        _cluster.CutLink(2, 3);
        _cluster[2].Kill();
        _cluster.MendLink(2, 3);

        _cluster.RunUntil(() => _cluster.Table.StatusOf(Silo(2)) == SiloStatus.Dead, s_killedBound, "silo 2 is dead");
    }

    /// <summary>The kernel closes the connections of a killed process before its listener: those who dial at once find neither it nor its end.</summary>
    [Theory]
    [InlineData(2, 100)]
    [InlineData(3, 100)]
    [InlineData(3, 400)]
    [InlineData(5, 100)]
    public void Kill_ListenerOutlivesTheConnections_IsDeclaredDeadInTime(int count, int milliseconds)
    {
        _cluster.StartAll(count);
        _cluster.Run(TimeSpan.FromSeconds(3.7));

        _cluster[2].Kill(listensFor: TimeSpan.FromMilliseconds(milliseconds));

        _cluster.RunUntil(() => Others(2).All(silo => silo.Machine.View.StatusOf(Silo(2)) == SiloStatus.Dead), s_killedBound, "all know the death");
    }

    [Fact]
    public void Kill_TwoOfThreeAtOnce_TheLastDeclaresBothInTime()
    {
        _cluster.StartAll(3);
        _cluster[2].Kill();
        _cluster[3].Kill();

        _cluster.RunUntil(() => _cluster[1].Machine.View.Active is [var only] && only.Equals(Silo(1)), s_killedBound, "silo 1 is alone");
    }

    [Fact]
    public void Kill_FourOfFiveAtOnce_TheLastDeclaresAllInTime()
    {
        _cluster.StartAll(5);
        foreach (var number in new[] { 1, 2, 4, 5 }) _cluster[number].Kill();

        _cluster.RunUntil(() => _cluster[3].Machine.View.Active.Length == 1, TimeSpan.FromSeconds(3), "silo 3 is alone");
    }

    [Fact]
    public void Kill_WhileTheOtherVoterIsPaused_WaitsNoLongerThanItsSilence()
    {
        _cluster.StartAll(3);
        _cluster[3].Pause();
        _cluster[2].Kill();

        // Silo 3 first becomes suspect, and then has the time of grace to show itself in the table.
        _cluster.RunUntil(() => _cluster.Table.StatusOf(Silo(2)) == SiloStatus.Dead, TimeSpan.FromSeconds(15), "silo 2 is dead");
    }

    [Fact]
    public void Restart_AtTheSameEndpoint_DeclaresThePredecessorDeadAtOnce()
    {
        _cluster.StartAll(3);
        _cluster[2].Kill();
        var next = _cluster.Start(2);

        _cluster.RunUntil(() => _cluster.Table.StatusOf(next.Address) == SiloStatus.Active, TimeSpan.FromSeconds(1), "the next life is active");
        _cluster.Table.StatusOf(Silo(2, 1)).ShouldBe(SiloStatus.Dead);
    }

    [Fact]
    public void Restart_WholeCluster_ComesUpWithoutWaiting()
    {
        _cluster.StartAll(3);
        foreach (var silo in _cluster.Silos.ToArray()) silo.Kill();
        _cluster.Run(TimeSpan.FromSeconds(1));
        for (var number = 1; number <= 3; number++) _cluster.Start(number);

        _cluster.RunUntil(() => _cluster.Silos.Where(silo => !silo.IsKilled).All(silo => silo.Machine.View.Active.Length == 3), TimeSpan.FromSeconds(5), "all are active");
        _cluster.Table.Content.Members.Count(row => row.Item1.Status == SiloStatus.Dead).ShouldBe(3);
    }

    [Fact]
    public void Restart_WithAnOlderGeneration_FailsWithTheReason()
    {
        _cluster.StartAll(1);
        _cluster[1].Kill();
        var older = new SimulatedSilo(_cluster, 1, 0, TimeSpan.Zero);
        older.Begin();
        _cluster.Run(TimeSpan.FromSeconds(2));

        older.JoinFailures.ShouldHaveSingleItem().ShouldContain("clock went back");
        older.HasLeft.ShouldBeTrue();
        _cluster.Table.Content.Members.Count.ShouldBe(1);
    }

    [Fact]
    public void Restart_WithTheSameGeneration_FailsWithTheReason()
    {
        _cluster.StartAll(1);
        _cluster[1].Kill();
        var same = new SimulatedSilo(_cluster, 1, 1, TimeSpan.Zero);
        same.Begin();
        _cluster.Run(TimeSpan.FromSeconds(2));

        same.JoinFailures.ShouldHaveSingleItem().ShouldContain("same second");
        same.Deaths.ShouldBeEmpty();
        _cluster.Table.StatusOf(Silo(1)).ShouldBe(SiloStatus.Dead);
    }

    [Fact]
    public void Pause_FourSeconds_NeverKills()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var cluster = new SimulatedCluster(seed);
            cluster.StartAll(2 + (seed % 4));
            cluster.Run(TimeSpan.FromMilliseconds(100 * seed));
            for (var round = 0; round < 3; round++)
            {
                cluster[1].Pause();
                cluster.Run(TimeSpan.FromSeconds(4));
                cluster[1].Resume();
                cluster.Run(TimeSpan.FromSeconds(0.5 + round));
            }

            cluster.Run(TimeSpan.FromSeconds(20));
            cluster.Table.Deaths.ShouldBeEmpty(cluster.Describe());
            cluster.Silos.ShouldAllBe(silo => silo.Deaths.Count == 0);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Pause_ThirtySeconds_IsDeadAndStopsItselfWhenResumed(int count)
    {
        _cluster.StartAll(count);
        var paused = _cluster[1];
        paused.Pause();
        var took = _cluster.RunUntil(() => _cluster.Table.StatusOf(paused.Address) == SiloStatus.Dead, TimeSpan.FromSeconds(9), "the paused silo is dead");
        took.ShouldBeGreaterThan(TimeSpan.FromSeconds(5));
        _cluster.Run(TimeSpan.FromSeconds(30) - took);
        var callsBefore = paused.TableCalls;

        paused.Resume();
        _cluster.Run(TimeSpan.FromSeconds(1));

        paused.Deaths.Count.ShouldBe(1);
        (paused.TableCalls - callsBefore).ShouldBeLessThanOrEqualTo(1, "it read the table, or heard by gossip, and did nothing more");
        _cluster.Run(TimeSpan.FromMinutes(2));
        paused.Deaths.Count.ShouldBe(1);
        _cluster.Table.Deaths.Count.ShouldBe(1);
    }

    [Fact]
    public void Pause_OfTheProber_DoesNotAccuseOthers()
    {
        _cluster.StartAll(3);
        for (var round = 0; round < 10; round++)
        {
            _cluster[1].Pause();
            _cluster[2].Pause();
            _cluster.Run(TimeSpan.FromSeconds(4.4));
            _cluster[1].Resume();
            _cluster[2].Resume();
            _cluster.Run(TimeSpan.FromSeconds(0.7));
        }

        _cluster.Table.Deaths.ShouldBeEmpty(_cluster.Describe());
        _cluster.Log.Count(line => line.Contains("noticed a pause")).ShouldBe(20);
    }

    [Fact]
    public void Link_CutBetweenTwoOfThree_KillsNobody()
    {
        _cluster.StartAll(3);
        _cluster.CutLink(1, 2);
        _cluster.Run(TimeSpan.FromMinutes(5));

        _cluster.Table.Deaths.ShouldBeEmpty(_cluster.Describe());
        // Each of the two has voted once, and nobody else did.
        _cluster.Table.Content.TryGet(Silo(1))!.Item1.SuspectTimes!.ShouldHaveSingleItem().Item1.ShouldBe(Silo(2));
        _cluster.Table.Content.TryGet(Silo(2))!.Item1.SuspectTimes!.ShouldHaveSingleItem().Item1.ShouldBe(Silo(1));

        _cluster.MendLink(1, 2);
        _cluster.Run(TimeSpan.FromSeconds(10));
        _cluster.Table.Content.Members.ShouldAllBe(row => (row.Item1.SuspectTimes ?? new()).Count == 0);
    }

    [Fact]
    public void Link_CutBetweenTwoOfThreeAndThirdKilled_OneOfTheTwoSurvives()
    {
        _cluster.StartAll(3);
        _cluster.CutLink(1, 2);
        _cluster.Run(TimeSpan.FromSeconds(20));
        _cluster[3].Kill();
        _cluster.RunUntil(() => _cluster[1].Machine.IsOver != _cluster[2].Machine.IsOver, TimeSpan.FromSeconds(80), "one of them stopped");

        _cluster.Run(TimeSpan.FromMinutes(2));
        _cluster.Silos.Count(silo => silo.IsRunning).ShouldBe(1);
        _cluster.Table.Content.Members.Count(row => row.Item1.Status == SiloStatus.Active).ShouldBe(1);
    }

    [Fact]
    public void Link_CutBetweenTheOnlyTwo_KillsExactlyOne()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var cluster = new SimulatedCluster(seed);
            cluster.StartAll(2);
            cluster.CutLink(1, 2);
            cluster.RunUntil(() => cluster.Silos.Count(silo => silo.IsRunning) < 2, TimeSpan.FromSeconds(80), "one stopped");
            cluster.Run(TimeSpan.FromMinutes(2));

            cluster.Silos.Count(silo => silo.IsRunning).ShouldBe(1, cluster.Describe());
            cluster.Table.Deaths.Count.ShouldBe(1, cluster.Describe());
        }
    }

    /// <summary>A silo that reaches the table and none of the others must not win against them.</summary>
    [Fact]
    public void Isolation_OfOneSilo_KillsThatOne()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var cluster = new SimulatedCluster(seed);
            cluster.StartAll(3 + (seed % 2));
            cluster.Run(TimeSpan.FromMilliseconds(70 * seed));
            foreach (var other in cluster.Silos.Select(silo => silo.Number).Where(number => number != 1)) cluster.CutLink(1, other);
            cluster.Run(TimeSpan.FromMinutes(2));

            cluster.Table.Deaths.Select(death => death.Silo).ShouldBe([Silo(1)], cluster.Describe());
            cluster[1].Deaths.Count.ShouldBe(1);
        }
    }

    [Fact]
    public void PowerLoss_OfTwoMachinesOfThree_LeavesTheThird()
    {
        _cluster.StartAll(3);
        // No refusal comes from a machine that is off.
        foreach (var number in new[] { 2, 3 }) _cluster[number].Pause();

        _cluster.RunUntil(() => _cluster[1].Machine.View.Active.Length == 1, TimeSpan.FromSeconds(16), "silo 1 is alone");
    }

    [Fact]
    public void Flapping_LinksAndConnections_KillNobody()
    {
        _cluster.StartAll(3);
        for (var round = 0; round < 60; round++)
        {
            var (a, b) = (1 + (round % 3), 1 + ((round + 1) % 3));
            _cluster.CutLink(a, b);
            _cluster.Run(TimeSpan.FromSeconds(1 + (round % 4)));
            _cluster.MendLink(a, b);
            _cluster[a].Give(new Orleans.Runtime.Membership.MembershipInput.ConnectionLost(Silo(b)));
            _cluster[b].Give(new Orleans.Runtime.Membership.MembershipInput.ConnectionLost(Silo(a)));
            _cluster.Run(TimeSpan.FromSeconds(0.3));
        }

        _cluster.Table.Deaths.ShouldBeEmpty(_cluster.Describe());
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void WallClocks_WrongAndJumping_ChangeNothing(int seconds)
    {
        _cluster.StartAll(3, number => TimeSpan.FromSeconds(number == 1 ? seconds : 0));
        _cluster.Run(TimeSpan.FromSeconds(10));
        for (var round = 0; round < 5; round++)
        {
            _cluster[1].SetWallClock(TimeSpan.FromSeconds(-seconds));
            _cluster[2].SetWallClock(TimeSpan.FromSeconds(seconds));
            _cluster.Run(TimeSpan.FromSeconds(20));
        }

        _cluster.Table.Deaths.ShouldBeEmpty(_cluster.Describe());
        _cluster[3].Kill();
        _cluster.RunUntil(() => _cluster.Table.StatusOf(Silo(3)) == SiloStatus.Dead, s_killedBound, "silo 3 is dead");
    }

    [Fact]
    public void Table_AwayForThirtySeconds_KillsNobodyAndIsUsedAgain()
    {
        _cluster.StartAll(3);
        _cluster.Run(TimeSpan.FromSeconds(5));
        _cluster.Table.IsDown = true;
        _cluster.Table.DoneThoughFailed = 0.5;
        var newcomer = _cluster.Start(4);
        _cluster.Run(TimeSpan.FromSeconds(30));

        _cluster.Silos.Where(silo => silo.Number != 4).ShouldAllBe(silo => silo.IsRunning && silo.Machine.View.Active.Length == 3);
        newcomer.Machine.OwnStatus.ShouldBe(SiloStatus.Created);
        newcomer.TableCalls.ShouldBeLessThan(20, "it waits longer from failure to failure");

        _cluster.Table.IsDown = false;
        _cluster.RunUntil(() => _cluster.Silos.All(silo => silo.Machine.View.Active.Length == 4), TimeSpan.FromSeconds(10), "the newcomer is active");
        _cluster.Table.Deaths.ShouldBeEmpty(_cluster.Describe());
    }

    [Fact]
    public void Kill_WhileTheTableIsAway_IsDeclaredWhenItIsBack()
    {
        _cluster.StartAll(3);
        _cluster.Table.IsDown = true;
        _cluster.Run(TimeSpan.FromSeconds(3));
        _cluster[2].Kill();
        _cluster.Run(TimeSpan.FromSeconds(20));
        _cluster.Table.Deaths.ShouldBeEmpty();
        _cluster.Table.IsDown = false;

        _cluster.RunUntil(() => _cluster[1].Machine.View.StatusOf(Silo(2)) == SiloStatus.Dead, TimeSpan.FromSeconds(8), "silo 2 is dead");
    }

    [Fact]
    public void Table_RestoredFromAnOlderState_IsTheTruthAgain()
    {
        _cluster.StartAll(3);
        var old = _cluster.Table.Content;
        var four = _cluster.Start(4);
        _cluster.RunUntil(() => _cluster.Silos.All(silo => silo.Machine.View.Active.Length == 4), TimeSpan.FromSeconds(5), "silo 4 is active");

        _cluster.Table.GoBackTo(old);

        _cluster.RunUntil(() => four.Machine.IsOver, TimeSpan.FromMinutes(3), "silo 4 learns that it has no row");
        four.Deaths.ShouldHaveSingleItem().ShouldContain("no longer in the membership table");
        _cluster.RunUntil(() => _cluster.Silos.Where(silo => silo != four).All(silo => silo.Machine.View.Active.Length == 3), TimeSpan.FromMinutes(3), "the others went back");
    }

    [Fact]
    public void OwnRow_Deleted_StopsTheSiloOnce()
    {
        _cluster.StartAll(2);
        _cluster.Table.DeleteRow(Silo(1));

        _cluster.RunUntil(() => _cluster[1].Machine.IsOver, TimeSpan.FromSeconds(70), "silo 1 stopped");
        _cluster[1].Deaths.Count.ShouldBe(1);
        _cluster[2].Deaths.ShouldBeEmpty();
    }

    [Fact]
    public void Leave_InGoodOrder_IsKnownToAllAndEndsDead()
    {
        _cluster.StartAll(3);
        _cluster[2].Leave(SiloStatus.ShuttingDown);
        _cluster.RunUntil(() => Others(2).All(silo => silo.Machine.View.Active.Length == 2), TimeSpan.FromSeconds(0.5), "all have it off the ring");
        _cluster[2].IsRunning.ShouldBeTrue();

        _cluster.Run(TimeSpan.FromSeconds(40));
        _cluster.Table.StatusOf(Silo(2)).ShouldBe(SiloStatus.ShuttingDown);
        _cluster[2].Leave(SiloStatus.Dead);
        _cluster.RunUntil(() => _cluster[2].HasLeft, TimeSpan.FromSeconds(1), "it has left");

        _cluster.Run(TimeSpan.FromSeconds(1));
        Others(2).ShouldAllBe(silo => silo.Machine.View.StatusOf(Silo(2)) == SiloStatus.Dead);
        _cluster[2].Deaths.ShouldBeEmpty();
        _cluster.Table.Deaths.ShouldBeEmpty();
    }

    [Fact]
    public void Kill_WhileLeaving_IsDeclaredDeadInTime()
    {
        _cluster.StartAll(3);
        _cluster[2].Leave(SiloStatus.ShuttingDown);
        _cluster.Run(TimeSpan.FromSeconds(2));
        _cluster[2].Kill();

        _cluster.RunUntil(() => _cluster.Table.StatusOf(Silo(2)) == SiloStatus.Dead, s_killedBound, "silo 2 is dead");
    }

    [Fact]
    public void Kill_OfTheOneThatStays_IsDeclaredByTheOneThatLeaves()
    {
        _cluster.StartAll(2);
        _cluster[1].Leave(SiloStatus.ShuttingDown);
        _cluster.Run(TimeSpan.FromSeconds(2));
        _cluster[2].Kill();

        _cluster.RunUntil(() => _cluster.Table.StatusOf(Silo(2)) == SiloStatus.Dead, s_killedBound, "silo 2 is dead");
    }

    /// <summary>Found by the model: the one that left had declared the one that stayed dead, and nobody was left.</summary>
    [Fact]
    public void Link_CutFromTheOneThatLeaves_SparesTheOneThatStays()
    {
        _cluster.StartAll(2);
        _cluster.CutLink(1, 2);
        _cluster[2].Pause();
        _cluster.Run(TimeSpan.FromSeconds(4));
        _cluster[2].Resume();
        _cluster[1].Leave(SiloStatus.ShuttingDown);
        _cluster.Run(TimeSpan.FromSeconds(6));
        _cluster[1].Leave(SiloStatus.Dead);
        _cluster.Run(TimeSpan.FromMinutes(2));

        _cluster[2].IsRunning.ShouldBeTrue(_cluster.Describe());
        _cluster.Table.StatusOf(Silo(2)).ShouldBe(SiloStatus.Active);
    }

    [Fact]
    public void Join_ActiveSiloOutOfReach_WaitsUntilItIsReached()
    {
        _cluster.StartAll(2);
        _cluster.CutLink(2, 3);
        _cluster.Start(3);
        _cluster.Run(TimeSpan.FromSeconds(60));
        _cluster[3].Machine.OwnStatus.ShouldBe(SiloStatus.Joining);

        _cluster.MendLink(2, 3);
        _cluster.RunUntil(() => _cluster[3].Machine.OwnStatus == SiloStatus.Active, TimeSpan.FromSeconds(5), "silo 3 is active");
        _cluster.Table.Deaths.ShouldBeEmpty(_cluster.Describe());
    }

    [Fact]
    public void Join_ActiveSiloOutOfReachForTooLong_FailsNamingIt()
    {
        _cluster.StartAll(2);
        _cluster.CutLink(2, 3);
        _cluster.Start(3);
        _cluster.Run(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(2));

        _cluster[3].JoinFailures.ShouldHaveSingleItem().ShouldContain(Silo(2).ToString());
        _cluster[3].HasLeft.ShouldBeTrue();
        _cluster.Table.StatusOf(Silo(3)).ShouldBe(SiloStatus.Dead);
        _cluster.Silos.Where(silo => silo.Number != 3).ShouldAllBe(silo => silo.IsRunning);
    }

    [Fact]
    public void Join_RowsOfAClusterLongGone_DoNotKeepItWaiting()
    {
        _cluster.StartAll(2);
        foreach (var silo in _cluster.Silos.ToArray()) silo.Kill();
        // Neither refusals: the machines are gone with their addresses.
        _cluster.CutLink(1, 3);
        _cluster.CutLink(2, 3);
        _cluster.Run(TimeSpan.FromSeconds(30));
        _cluster.Start(3);
        _cluster.Run(TimeSpan.FromSeconds(20));
        _cluster[3].Machine.OwnStatus.ShouldBe(SiloStatus.Joining, "their last sign of life is not 90 s old");

        _cluster.RunUntil(() => _cluster[3].Machine.View.Active.Length == 1, TimeSpan.FromSeconds(75), "silo 3 is active and the others dead");
    }

    [Fact]
    public void Join_SiloThatDiesMeanwhile_IsEvictedLater()
    {
        _cluster.StartAll(2);
        _cluster.CutLink(2, 3);
        _cluster.Start(3);
        _cluster.Run(TimeSpan.FromSeconds(5));
        _cluster[3].Kill();

        _cluster.Run(TimeSpan.FromMinutes(4));
        _cluster.Table.StatusOf(Silo(3)).ShouldBe(SiloStatus.Joining);
        _cluster.Run(TimeSpan.FromMinutes(2));
        _cluster.Table.StatusOf(Silo(3)).ShouldBe(SiloStatus.Dead);
    }

    [Fact]
    public void DeadRows_TooMany_AreCleanedUp()
    {
        var cluster = new SimulatedCluster(7, new ClusterMembershipOptions { MaxDefunctSiloEntries = 3 });
        cluster.StartAll(2);
        for (var life = 0; life < 8; life++)
        {
            cluster[2].Kill();
            cluster.Run(TimeSpan.FromSeconds(2));
            cluster.Start(2);
            cluster.Run(TimeSpan.FromSeconds(3));
        }

        cluster.Run(TimeSpan.FromMinutes(3));
        var dead = cluster.Table.Content.Members.Where(row => row.Item1.Status == SiloStatus.Dead).Select(row => row.Item1.SiloAddress.Generation).Order();
        dead.ToArray().ShouldBe([6, 7, 8], "the last ones stay");
        cluster.Silos.Where(silo => !silo.IsKilled).ShouldAllBe(silo => silo.IsRunning && silo.Machine.View.Active.Length == 2);
    }

    [Fact]
    public void DeadRows_TooOld_AreCleanedUp()
    {
        var cluster = new SimulatedCluster(7, new ClusterMembershipOptions { DefunctSiloExpiration = TimeSpan.FromHours(3), TableRefreshTimeout = TimeSpan.FromMinutes(10) });
        cluster.StartAll(2);
        cluster[2].Kill();
        cluster.Run(TimeSpan.FromHours(2.9));
        cluster.Table.StatusOf(Silo(2)).ShouldBe(SiloStatus.Dead);
        cluster.Run(TimeSpan.FromHours(1.3));
        cluster.Table.StatusOf(Silo(2)).ShouldBe(SiloStatus.None);
        cluster[1].IsRunning.ShouldBeTrue();
    }

    [Fact]
    public void Liveness_SwitchedOff_DeclaresNobodyDead()
    {
        var cluster = new SimulatedCluster(7, new ClusterMembershipOptions { LivenessEnabled = false });
        cluster.StartAll(3);
        cluster[2].Kill();
        cluster.Run(TimeSpan.FromMinutes(2));

        cluster.Table.StatusOf(Silo(2)).ShouldBe(SiloStatus.Active);
    }

    [Fact]
    public void Gossip_SwitchedOff_LeavesItToTheRefresh()
    {
        var cluster = new SimulatedCluster(7, new ClusterMembershipOptions { UseLivenessGossip = false });
        cluster.StartAll(1);
        cluster.Start(2);
        cluster.Run(TimeSpan.FromSeconds(30));
        cluster[1].Machine.View.Active.Length.ShouldBe(1);

        cluster.Run(TimeSpan.FromSeconds(35));
        cluster[1].Machine.View.Active.Length.ShouldBe(2);
    }

    [Fact]
    public void IndirectProbes_SwitchedOff_AskNobody()
    {
        var cluster = new SimulatedCluster(7, new ClusterMembershipOptions { EnableIndirectProbes = false });
        cluster.StartAll(3);
        cluster.CutLink(1, 2);
        cluster.Run(TimeSpan.FromSeconds(30));

        cluster.Asks.ShouldBe(0);
        var asking = new SimulatedCluster(7);
        asking.StartAll(3);
        asking.CutLink(1, 2);
        asking.Run(TimeSpan.FromSeconds(30));
        asking.Asks.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Idle_ForAnHour_WritesOnlySignsOfLife()
    {
        _cluster.StartAll(3);
        var before = _cluster.Table.Content.Version;
        var calls = _cluster.Silos.Sum(silo => silo.TableCalls);
        _cluster.Run(TimeSpan.FromHours(1));

        _cluster.Table.Content.Version.ShouldBe(before);
        // Per silo: a sign of life each 30 s, a read each 60 s.
        (_cluster.Silos.Sum(silo => silo.TableCalls) - calls).ShouldBeInRange(3 * 175, 3 * 185);
    }

    private IEnumerable<SimulatedSilo> Others(int number) => _cluster.Silos.Where(silo => silo.Number != number);
}
