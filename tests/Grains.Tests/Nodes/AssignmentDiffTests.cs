using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Warren.Grains.Nodes;
using Warren.Grains.Tests.Testing;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Nodes;

public sealed class AssignmentDiffTests
{
    private static readonly AssignmentSet<string> s_two =
        AssignmentDiff.Assign(AssignmentDiff.Assign(AssignmentSet<string>.Empty, Task(1), "a"), Task(2), "b");

    private static readonly Gen<Life> s_lives =
        from seed in Gen.Choose(1, int.MaxValue)
        from steps in Gen.Choose(10, 80)
        from loss in Gen.Elements(0, 20, 50)
        select new Life(seed, steps, loss);

    [Fact]
    public void Since_AgentThatHasAVersion_GetsOnlyWhatChanged()
    {
        var set = AssignmentDiff.Drop(AssignmentDiff.Assign(s_two, Task(3), "c"), Task(1));
        var delta = AssignmentDiff.Since(set, 2);
        (delta.From, delta.To, delta.IsEverything).ShouldBe((2, 4, false));
        delta.Set.Keys.ShouldBe([Task(3)]);
        delta.Drop.ShouldBe([Task(1)]);
        AssignmentDiff.Since(set, 4).IsNothing.ShouldBeTrue();
    }

    [Fact]
    public void Assign_SameAgain_IsNoChange() => AssignmentDiff.Assign(s_two, Task(2), "b").ShouldBeSameAs(s_two);

    [Theory]
    [InlineData(null)]
    [InlineData(99L)]
    [InlineData(1L)]
    public void Since_AgentWithAVersionThatSaysNothing_GetsEverything(long? version)
    {
        var set = AssignmentDiff.Acknowledge(AssignmentDiff.Drop(s_two, Task(1)), 3);
        var delta = AssignmentDiff.Since(set, version);
        delta.IsEverything.ShouldBeTrue();
        delta.Set.Keys.ShouldBe([Task(2)]);
    }

    [Fact]
    public void Acknowledge_LateOrImpossible_ChangesNothing()
    {
        var set = AssignmentDiff.Acknowledge(s_two, 2);
        AssignmentDiff.Acknowledge(set, 1).ShouldBeSameAs(set);
        AssignmentDiff.Acknowledge(set, 3).ShouldBeSameAs(set);
    }

    [Fact]
    public void Acknowledge_Drop_IsForgotten()
    {
        var set = AssignmentDiff.Drop(s_two, Task(1));
        set.Dropped.Count.ShouldBe(1);
        AssignmentDiff.Acknowledge(set, 3).Dropped.ShouldBeEmpty();
    }

    /// <summary>Messages are lost, doubled and late, and the agent reconnects at times: whenever it has the latest version it has what is assigned.</summary>
    [Fact]
    public void Agent_AnyMessages_EndsWithWhatIsAssigned() => Sampled.Check(s_lives, life => Play(life, AssignmentDiff.Since));

    [Fact]
    public void Lives_Generated_FindPlantedFaults()
    {
        // Everything is sent as a change: what was dropped while the agent did not listen stays.
        Sampled.Finds(s_lives, life => Play(life, (set, version) => AssignmentDiff.Since(set, version) with { IsEverything = false, From = 0 })).ShouldBeTrue();

        // Drops are never told.
        Sampled.Finds(s_lives, life => Play(life, (set, version) => AssignmentDiff.Since(set, version) with { Drop = [] })).ShouldBeTrue();
    }

    private static void Play(Life life, Func<AssignmentSet<string>, long?, AssignmentDelta<string>> since)
    {
        var random = new Random(life.Seed);
        var set = AssignmentSet<string>.Empty;
        var agent = (Version: 0L, Assignments: ImmutableSortedDictionary<TaskId, string>.Empty, IsUsed: true);
        long? known = null;
        var onTheWay = new List<AssignmentDelta<string>>();
        for (var step = 0; step < life.Steps + 1; step++)
        {
            var isLast = step == life.Steps;
            if (!isLast)
            {
                var task = Task(random.Next(1, 6));
                set = random.Next(3) == 0 ? AssignmentDiff.Drop(set, task) : AssignmentDiff.Assign(set, task, $"{random.Next(4)}");
                if (random.Next(20) == 0) known = null;
            }

            // Reconnected: the agent names its version, once it has had everything on this connection.
            var delta = since(set, known);
            if (isLast)
            {
                onTheWay.Clear();
                delta = since(set, null);
            }

            if (random.Next(100) >= life.Loss || isLast) onTheWay.Add(delta);
            foreach (var message in onTheWay.Where(_ => isLast || random.Next(2) == 0).ToArray())
            {
                if (random.Next(4) > 0) onTheWay.Remove(message);
                if (message.IsEverything && message.To < agent.Version && !isLast) continue;
                agent = AssignmentDiff.Apply(agent.Version, agent.Assignments, message);
                if (!agent.IsUsed)
                {
                    known = null;
                }
                else if (random.Next(100) >= life.Loss)
                {
                    set = AssignmentDiff.Acknowledge(set, agent.Version);
                    known = agent.Version;
                }

                if (agent.IsUsed && agent.Version == set.Version)
                    agent.Assignments.ShouldBe(set.Entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.Value));
            }
        }

        agent.Assignments.ShouldBe(set.Entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.Value));
    }

    private static TaskId Task(int number) => new(new ServiceName("web"), TaskSlot.Replica(number), number);

    private sealed record Life(int Seed, int Steps, int Loss);
}
