using FsCheck;
using FsCheck.Fluent;
using Warren.Grains.Tests.Testing;
using Warren.Services;

namespace Warren.Grains.Tests.Services;

public sealed class RestartRuleTests
{
    private static readonly Gen<RestartSpec> s_specs =
        from delay in Gen.Choose(0, 5000)
        from backoff in Gen.Choose(0, 5000)
        from factor in Gen.Choose(10, 100)
        from more in Gen.Choose(0, 100_000)
        from window in Gen.Choose(1, 1_000_000)
        let most = Math.Max(delay, backoff) + more
        select new RestartSpec
        {
            Delay = TimeSpan.FromMilliseconds(delay),
            Backoff = TimeSpan.FromMilliseconds(backoff),
            BackoffFactor = factor / 10.0,
            MaxDelay = TimeSpan.FromMilliseconds(most),
            Window = TimeSpan.FromMilliseconds(most + window),
        };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 32)]
    [InlineData(8, 60)]
    [InlineData(100_000, 60)]
    public void DelayAfter_Defaults_DoublesUpToAMinute(int ends, int seconds) =>
        RestartRule.DelayAfter(ends, RestartSpec.Default).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void DelayAfter_AnySpec_GrowsAndIsCapped() => Sampled.Check(s_specs, spec =>
    {
        var delays = Enumerable.Range(0, 200).Select(ends => RestartRule.DelayAfter(ends, spec)).ToArray();
        delays.ShouldBeInOrder();
        delays[^1].ShouldBeLessThanOrEqualTo(spec.MaxDelay);
        delays.Skip(1).ShouldAllBe(delay => delay >= spec.Delay);
    });

    [Fact]
    public void WithEnd_CrashLoopForADay_StaysSmallAndSlow()
    {
        var now = A.Moment;
        var (ends, restarts) = (System.Collections.Immutable.ImmutableArray<DateTimeOffset>.Empty, 0);
        while (now < A.Moment.AddDays(1))
        {
            ends = RestartRule.WithEnd(ends, RestartSpec.Default, now);
            now = (RestartRule.NotBefore(ends, RestartSpec.Default, now) ?? now).AddMilliseconds(100);
            restarts++;
        }

        restarts.ShouldBeLessThan(1500);
        ends.Length.ShouldBeLessThanOrEqualTo(64);
    }

    [Fact]
    public void NotBefore_EndsOlderThanTheWindow_AreForgotten() =>
        RestartRule.NotBefore([A.Moment.AddMinutes(-11), A.Moment.AddMinutes(-10.5)], RestartSpec.Default, A.Moment).ShouldBeNull();

    [Fact]
    public void Specs_Generated_ReachTheCap() =>
        Sampled.Share(s_specs, spec => RestartRule.DelayAfter(20, spec) == spec.MaxDelay && spec.MaxDelay > spec.Delay).ShouldBeGreaterThan(0.5);
}
