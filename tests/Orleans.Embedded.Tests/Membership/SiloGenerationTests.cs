using Orleans.Runtime.Membership;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

public sealed class SiloGenerationTests
{
    [Theory]
    [InlineData(500, 500)] // the clock is ahead of all lives
    [InlineData(300, 301)] // the same second
    [InlineData(-7, 301)] // the clock went back
    public void Choose_EarlierLives_ComesAfterTheLast(int byClock, int expected) =>
        SiloGeneration.Choose(Table(Silo(1, 100), Silo(1, 300), Silo(2, 900)), Silo(1).Endpoint, byClock).ShouldBe(expected);

    [Fact]
    public void Choose_NoEarlierLife_IsTheClocks() => SiloGeneration.Choose(Table(Silo(2, 900)), Silo(1).Endpoint, -3).ShouldBe(-3);

    private static MembershipTableData Table(params SiloAddress[] silos) => new(
        [.. silos.Select(silo => Tuple.Create(new MembershipEntry { SiloAddress = silo, SiloName = "a", Status = SiloStatus.Dead }, "e"))],
        new TableVersion(1, "v"));
}
