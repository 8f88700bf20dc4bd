using System.Collections.Immutable;
using Warren.Agent.Adoption;
using Warren.Agent.Runtime;

namespace Warren.Agent.Tests.Adoption;

public sealed class AdoptionPlanTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(5);

    [Fact]
    public void Compute_SameHash_Adopts()
    {
        var plan = AdoptionPlan.Compute(Snapshot([Container("web.1", "a")], ("web.1", "a")));

        plan.Adopt.Select(container => container.Id.Value).ShouldBe(["web.1"]);
        plan.Remove.ShouldBeEmpty();
        plan.Missing.ShouldBeEmpty();
    }

    [Fact]
    public void Compute_OtherHash_RemovesAtOnce() =>
        AdoptionPlan.Compute(Snapshot([Container("web.1", "old")], ("web.1", "new")))
            .Remove.ShouldBe([new(new("web.1"), "it was made from another order")]);

    [Fact]
    public void Compute_OrdersUnknown_AdoptsWhatAnAgentMadeAndWaitsForTheRest()
    {
        var plan = AdoptionPlan.Compute(Snapshot([Container("web.1", "a"), Container("foreign", null)]) with { Ordered = null });

        plan.Adopt.Select(container => container.Id.Value).ShouldBe(["web.1"]);
        plan.Wait.Select(entry => entry.Id.Value).ShouldBe(["foreign"]);
    }

    [Fact]
    public void Compute_StrayPastItsGrace_Removes()
    {
        var first = AdoptionPlan.Compute(Snapshot([Container("old", "a")]));
        first.Wait.ShouldBe([new(new("old"), "nobody ordered it")]);
        first.LookAgainAt.ShouldBe(s_now + s_grace);

        var before = Snapshot([Container("old", "a")]) with { StraySince = first.StraySince, Now = s_now + s_grace - TimeSpan.FromTicks(1) };
        AdoptionPlan.Compute(before).Remove.ShouldBeEmpty();
        AdoptionPlan.Compute(before with { Now = s_now + s_grace }).Remove.ShouldBe([new(new("old"), "nobody ordered it")]);
    }

    [Fact]
    public void Compute_ClockSetBack_BeginsTheGraceAgain()
    {
        var since = ImmutableDictionary<ContainerId, DateTimeOffset>.Empty.Add(new("old"), s_now.AddHours(1));

        AdoptionPlan.Compute(Snapshot([Container("old", "a")]) with { StraySince = since }).StraySince[new("old")].ShouldBe(s_now);
    }

    [Fact]
    public void Compute_OrderedWithoutContainer_IsMissing() =>
        AdoptionPlan.Compute(Snapshot([], ("web.2", "a"), ("web.1", "a"))).Missing.Select(id => id.Value).ShouldBe(["web.1", "web.2"]);

    private static AdoptionSnapshot Snapshot(ImmutableArray<ContainerStatus> containers, params (string Id, string Hash)[] ordered) => new()
    {
        Containers = containers,
        Ordered = ordered.ToImmutableDictionary(order => new ContainerId(order.Id), order => order.Hash),
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
