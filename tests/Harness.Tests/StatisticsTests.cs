namespace Warren.Harness.Tests;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7)]
    public void Median_AnyOrder_IsTheMiddle(double[] values, double expected) => Statistics.Median(values).ShouldBe(expected);

    [Theory]
    [InlineData(0.95, 95)]
    [InlineData(0.5, 50)]
    [InlineData(0.001, 1)]
    [InlineData(1, 100)]
    public void Percentile_OneToHundred_IsTheSmallestNotBelowTheShare(double share, double expected) =>
        Statistics.Percentile([.. Enumerable.Range(1, 100).Reverse().Select(value => (double)value)], share).ShouldBe(expected);

    [Fact]
    public void Percentile_NeverAnswered_IsInfinite() =>
        Statistics.Percentile([1, 2, double.PositiveInfinity], 0.95).ShouldBe(double.PositiveInfinity);

    [Fact]
    public void Median_Nothing_Throws() => Should.Throw<ArgumentException>(() => Statistics.Median([]));
}
