using FsCheck;
using FsCheck.Fluent;
using Orleans.Embedded.Tests.Membership.Simulation;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>
/// What holds whatever happens to a cluster: kills, restarts, pauses, cut links, a table that fails, wrong clocks, messages lost,
/// doubled and out of order. That views of one version name the same owners, that statuses only advance and that a decision taken is
/// not taken twice is checked all the while by the simulation itself.
/// </summary>
public sealed class MembershipModelTests
{
    private static readonly Gen<Scenario> s_killsOnly = Scenario.Of((1, FaultKind.Kill));

    /// <summary>The same scenarios each time; the long tests draw others.</summary>
    [Fact]
    public void AnyFaults_DeathsHaveTheirReasonAndTheEndIsOrderly()
    {
        foreach (var scenario in Sampled.Draw(Scenario.Any, 40)) PlayAndCheck(scenario);
    }

    [Fact, Trait("Category", "Soak")]
    public void AnyFaults_ManyTimes_DeathsHaveTheirReasonAndTheEndIsOrderly() => Sampled.Check(Scenario.Any, PlayAndCheck, count: 5000);

    /// <summary>Pauses of up to 5 s and cuts of up to 5 s, as many as come: nobody is declared dead.</summary>
    [Fact, Trait("Category", "Soak")]
    public void ShortFaultsOnly_NobodyDies() => Sampled.Check(
        Scenario.Of((3, FaultKind.Pause), (2, FaultKind.CutLink), (1, FaultKind.TableDown), (1, FaultKind.WallClockJump)),
        scenario =>
        {
            var faults = scenario.Faults.Where(fault => fault.Kind == FaultKind.TableDown || fault.For <= TimeSpan.FromSeconds(5));
            // One after the other for each silo, so that two short ones do not make a long one.
            var separate = faults.GroupBy(fault => fault.Kind == FaultKind.TableDown ? 0 : 1)
                .SelectMany(kind => kind.Key == 0 ? kind.Take(1) : kind.OrderBy(fault => fault.At).Select((fault, i) => fault with { At = TimeSpan.FromSeconds(11 * i) }))
                .ToArray();
            if (separate.Length == 0) return;
            var run = new ScenarioRun(scenario with { Faults = separate });
            run.Play();
            run.Cluster.Table.Deaths.ShouldBeEmpty(run.Explain());
            run.CheckEndIsOrderly();
        },
        count: 30);

    /// <summary>Up to two silos at a time: the table says so within 1.5 s of each kill, though gossip is lost.</summary>
    [Fact, Trait("Category", "Soak")]
    public void KillsOnly_AreInTheTableWithinTheBound() => Sampled.Check(
        s_killsOnly,
        scenario =>
        {
            var kills = scenario.Faults.DistinctBy(fault => fault.Silo).Take(scenario.Silos - 1).OrderBy(fault => fault.At).ToArray();
            var apart = kills.Select((fault, i) => fault with { At = TimeSpan.FromSeconds(4 * (i / 2)) + TimeSpan.FromMilliseconds(fault.At.Milliseconds) }).ToArray();
            var run = new ScenarioRun(scenario with { Faults = apart });
            run.Play();
            var declared = run.Cluster.Table.Deaths.ToDictionary(death => death.Silo, death => death.At);
            foreach (var killed in run.Cluster.Silos.Where(silo => silo.IsKilled))
            {
                declared.ShouldContainKey(killed.Address, run.Explain());
                (declared[killed.Address] - killed.KilledAt!.Value).ShouldBeLessThan(TimeSpan.FromSeconds(1.5), run.Explain());
            }

            run.CheckDeathsAreExcused();
            run.CheckEndIsOrderly();
        },
        count: 30);

    [Fact]
    public void Scenarios_Generated_ReachWhatMatters()
    {
        Sampled.Share(Scenario.Any, scenario => scenario.Silos >= 3).ShouldBeGreaterThan(0.7);
        Sampled.Share(Scenario.Any, scenario => scenario.Faults.Length >= 3).ShouldBeGreaterThan(0.5);
        Sampled.Share(Scenario.Any, Overlap).ShouldBeGreaterThan(0.4);
        foreach (var kind in Enum.GetValues<FaultKind>())
            Sampled.Share(Scenario.Any, scenario => scenario.Faults.Any(fault => fault.Kind == kind)).ShouldBeGreaterThan(0.1, kind.ToString());

        var runs = Sampled.Draw(Scenario.Any, 30).Select(scenario =>
        {
            var run = new ScenarioRun(scenario);
            run.Play();
            return run.Cluster;
        }).ToArray();
        Share(cluster => cluster.Table.Deaths.Count > 0).ShouldBeGreaterThan(0.3);
        Share(cluster => cluster.Table.Deaths.Any(death => !cluster.IsKilled(death.Silo))).ShouldBeGreaterThan(0.05, "a silo died that was not killed");
        Share(cluster => cluster.Log.Any(line => line.Contains(nameof(TableRule.WithdrawVote)))).ShouldBeGreaterThan(0.05);
        Share(cluster => cluster.Log.Any(line => line.Contains("2 of 2 votes"))).ShouldBeGreaterThan(0.1);

        static bool Overlap(Scenario scenario) => scenario.Faults.Any(one => scenario.Faults.Any(other => one != other && one.At < other.At && other.At < one.End));

        double Share(Func<SimulatedCluster, bool> claim) => (double)runs.Count(claim) / runs.Length;
    }

    private static void PlayAndCheck(Scenario scenario)
    {
        var run = new ScenarioRun(scenario);
        run.Play();
        run.CheckDeathsAreExcused();
        run.CheckEndIsOrderly();
    }
}
