using Warren.Agent.Assignments;
using Warren.Grains.Nodes;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tests.Assignments;

/// <summary>
/// A node's grain and its agent, each with its own side of the messages between them: these are lost, doubled and late, and the agent reconnects at
/// times. Whenever it has the latest version it has what is assigned.
/// </summary>
public sealed class AssignmentProtocolTests
{
    private const int Lives = 3_000;

    private delegate AssignmentDelta<AssignedTask> Say(AssignmentSet<AssignedTask> set, long? version);

    [Fact]
    public void Agent_AnyMessages_EndsWithWhatIsAssigned()
    {
        for (var seed = 1; seed <= Lives; seed++) Play(seed, AssignmentDiff.Since).ShouldBeNull();
    }

    [Fact]
    public void Lives_PlantedFaults_AreFound()
    {
        // Everything is sent as a change: what was dropped while the agent did not listen stays.
        Finds((set, version) => AssignmentDiff.Since(set, version) with { IsEverything = false, From = 0 }).ShouldBeTrue();

        // Drops are never told.
        Finds((set, version) => AssignmentDiff.Since(set, version) with { Drop = [] }).ShouldBeTrue();

        // What is said is less than is claimed.
        Finds((set, version) => AssignmentDiff.Since(set, version) is { IsEverything: false } delta ? delta with { Set = delta.Set.Clear() } : AssignmentDiff.Since(set, version))
            .ShouldBeTrue();
    }

    private static bool Finds(Say say) => Enumerable.Range(1, Lives).Any(seed => Play(seed, say) is not null);

    /// <returns>What is wrong in the end, or on the way; null: nothing.</returns>
    private static string? Play(int seed, Say say)
    {
        var random = new Random(seed);
        var (steps, loss) = (random.Next(10, 80), random.Next(3) * 25);
        var set = AssignmentSet<AssignedTask>.Empty;
        var agent = AssignmentBook.Empty;
        var onTheWay = new List<AssignmentMessage>();
        for (var step = 0; step < steps; step++)
        {
            var task = Wanted.Id(random.Next(1, 6));
            set = random.Next(3) == 0 ? AssignmentDiff.Drop(set, task) : AssignmentDiff.Assign(set, task, new(random.Next(4), DesiredState.Running, ""));
            if (random.Next(100) >= loss) onTheWay.Add(Message(say(set, Pushed())));
            foreach (var message in onTheWay.Where(_ => random.Next(2) == 0).ToArray())
            {
                if (random.Next(4) > 0) onTheWay.Remove(message);
                if (agent.TryApply(message, isAnswer: false) is { } next) agent = next;
                else Ask();
                if (WhatIsWrong() is { } wrong) return $"life {seed}, step {step}: {wrong}";
            }

            // A heartbeat that arrives says what the agent has, and one that is answered what it lacks.
            if (random.Next(100) >= loss && agent.Version is { } has) set = AssignmentDiff.Acknowledge(set, has);
            if (random.Next(20) == 0) Ask();
        }

        Ask();
        return WhatIsWrong() ?? (agent.Version == set.Version ? null : $"life {seed}: the agent has {agent.Version}, not {set.Version}");

        long? Pushed() => random.Next(10) == 0 ? null : Math.Max(0, set.Version - random.Next(1, 4));

        void Ask() => agent = agent.TryApply(Message(say(set, agent.KnownVersion)), isAnswer: true) ?? agent;

        string? WhatIsWrong()
        {
            if (agent.Version != set.Version) return null;
            var (has, wanted) = (agent.Tasks.Values.Select(Text).Order(), set.Entries.Select(entry => Text(Assignment(entry.Key, entry.Value.Value))).Order());
            return has.SequenceEqual(wanted) ? null : $"the agent has {string.Join(' ', has)}, not {string.Join(' ', wanted)}";
        }
    }

    private static string Text(TaskAssignment assignment) => $"{assignment.Task}v{assignment.SpecVersion}";

    private static TaskAssignment Assignment(TaskId task, AssignedTask assigned) => new(task, assigned.SpecVersion, assigned.Desired, assigned.Reason);

    private static AssignmentMessage Message(AssignmentDelta<AssignedTask> delta) => new()
    {
        From = delta.From,
        To = delta.To,
        IsEverything = delta.IsEverything,
        Set = [.. delta.Set.Select(entry => Assignment(entry.Key, entry.Value))],
        Drop = delta.Drop,
    };
}
