using Warren.Hosting.Memory;

namespace Warren.Hosting.Tests.Memory;

public sealed class TrimRuleTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);

    /// <summary>Bytes a window, and whether memory is given back at its end; 1,000 a second are work.</summary>
    [Theory]
    [InlineData(new long[] { 100, 100, 100 }, new[] { true, false, false })]
    [InlineData(new long[] { 90_000, 90_000, 5_000, 0 }, new[] { false, false, true, false })]
    [InlineData(new long[] { 9_000, 1, 2, 3, 9_000, 1 }, new[] { false, true, false, false, false, true })]
    [InlineData(new long[] { 0, 5_001, 4_000, 6_000, 5_000 }, new[] { true, false, true, false, true })]
    public void Look_Windows_GivesBackAfterEachTimeOfWork(long[] allocated, bool[] expected)
    {
        var rule = new TrimRule(1_000);
        var due = new List<bool>();
        foreach (var bytes in allocated)
        {
            (var isDue, rule) = rule.Look(bytes, s_window);
            due.Add(isDue);
        }

        due.ShouldBe(expected);
    }

    [Fact]
    public void Look_AtRestForLong_GivesBackOnceMoreAfterThreeMinutes()
    {
        var rule = new TrimRule(1_000);
        var due = new List<int>();
        for (var window = 0; window < 1_000; window++)
        {
            (var isDue, rule) = rule.Look(1, s_window);
            if (isDue) due.Add(window);
        }

        due.ShouldBe([0, 36]);
    }

    [Fact]
    public void Look_LongerWindow_IsJudgedByItsRate() => new TrimRule(1_000).Look(9_000, s_window * 2).IsDue.ShouldBeTrue();
}
