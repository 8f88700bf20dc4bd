using System.Collections.Immutable;
using Warren.Agent.Strays;
using Warren.Agent.Runtime;

namespace Warren.Agent.Tests.Strays;

public sealed class StrayPlanTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(5);

    [Fact]
    public void Compute_MadeByAnAgent_IsLeftAlone()
    {
        var plan = StrayPlan.Compute(Snapshot([Container("web.1", "a"), Container("foreign", null)]));
        plan.Wait.Select(entry => entry.Id.Value).ShouldBe(["foreign"]);
        plan.Remove.ShouldBeEmpty();
    }

    [Fact]
    public void Compute_StrayPastItsGrace_Removes()
    {
        var first = StrayPlan.Compute(Snapshot([Container("old", null)]));
        first.Wait.ShouldBe([new(new("old"), "nobody ordered it")]);
        first.LookAgainAt.ShouldBe(s_now + s_grace);

        var before = Snapshot([Container("old", null)]) with { StraySince = first.StraySince, Now = s_now + s_grace - TimeSpan.FromTicks(1) };
        StrayPlan.Compute(before).Remove.ShouldBeEmpty();
        StrayPlan.Compute(before with { Now = s_now + s_grace }).Remove.ShouldBe([new(new("old"), "nobody ordered it")]);
    }

    [Fact]
    public void Compute_ClockSetBack_BeginsTheGraceAgain()
    {
        var since = ImmutableDictionary<ContainerId, DateTimeOffset>.Empty.Add(new("old"), s_now.AddHours(1));

        StrayPlan.Compute(Snapshot([Container("old", null)]) with { StraySince = since }).StraySince[new("old")].ShouldBe(s_now);
    }

    private static StraySnapshot Snapshot(ImmutableArray<ContainerStatus> containers) => new()
    {
        Containers = containers,
        StraySince = ImmutableDictionary<ContainerId, DateTimeOffset>.Empty,
        GracePeriod = s_grace,
        Now = s_now,
    };

    private static ContainerStatus Container(string id, string? hash) => new()
    {
        Id = new(id),
        State = ContainerState.Running,
        ImageDigest = "sha256:0",
        OwnerLabels = hash is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.SpecHash, hash),
    };
}
