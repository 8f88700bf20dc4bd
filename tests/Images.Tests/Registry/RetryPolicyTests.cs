using Warren.Images.Registry;

namespace Warren.Images.Tests.Registry;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy s_policy = new(new RegistryOptions
    {
        Attempts = 6,
        FirstPause = TimeSpan.FromSeconds(1),
        MaxPause = TimeSpan.FromSeconds(8),
        MaxRetryAfter = TimeSpan.FromSeconds(30),
    });

    [Theory]
    [InlineData(1, 0.0, 1.0)]
    [InlineData(1, 1.0, 0.5)]
    [InlineData(2, 0.0, 2.0)]
    [InlineData(3, 0.5, 3.0)]
    [InlineData(4, 0.0, 8.0)]
    [InlineData(5, 0.0, 8.0)]
    public void PauseAfter_Transient_DoublesUpToTheLimitAndIsSpread(int failed, double sample, double seconds) =>
        s_policy.PauseAfter(Transient(), failed, sample).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void PauseAfter_LastAttempt_GivesUp() => s_policy.PauseAfter(Transient(), 6, 0).ShouldBeNull();

    [Fact]
    public void PauseAfter_LastingFailure_GivesUpAtOnce() =>
        s_policy.PauseAfter(new RegistryFailure(ImageFault.NotFound, "no"), 1, 0).ShouldBeNull();

    [Fact]
    public void PauseAfter_RegistryAsksForMore_WaitsAsLong() =>
        s_policy.PauseAfter(Transient(TimeSpan.FromSeconds(20)), 1, 0).ShouldBe(TimeSpan.FromSeconds(20));

    [Fact]
    public void PauseAfter_RegistryAsksForLess_KeepsItsOwnPause() =>
        s_policy.PauseAfter(Transient(TimeSpan.Zero), 2, 0).ShouldBe(TimeSpan.FromSeconds(2));

    [Fact]
    public void PauseAfter_RegistryAsksForTooMuch_GivesUp() => s_policy.PauseAfter(Transient(TimeSpan.FromSeconds(31)), 1, 0).ShouldBeNull();

    [Fact]
    public void PauseAfter_ManyAttempts_DoesNotOverflow() =>
        new RetryPolicy(new RegistryOptions { Attempts = 100 }).PauseAfter(Transient(), 99, 0).ShouldBe(new RegistryOptions().MaxPause);

    private static RegistryFailure Transient(TimeSpan? after = null) => new(ImageFault.RegistryUnavailable, "down", isTransient: true, after);
}
