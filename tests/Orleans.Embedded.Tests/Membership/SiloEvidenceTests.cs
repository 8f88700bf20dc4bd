using Orleans.Configuration;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>Evidence about one silo, by the default options: probes each 2 s, 6.5 s of silence.</summary>
public sealed class SiloEvidenceTests
{
    private static readonly MembershipSettings s_settings = new(new ClusterMembershipOptions());

    [Fact]
    public void Silence_LimitNotReached_IsNoSuspicion()
    {
        At(Probed(0, 2, 4, 6), 6.499).ShouldBe(Suspicion.None);
        At(Probed(0, 2, 4, 6), 6.5).ShouldBe(Suspicion.Silent);
    }

    /// <summary>Time alone proves nothing if no probes were sent.</summary>
    [Fact]
    public void Silence_TooFewProbes_IsNoSuspicion() => At(Probed(0, 2, 4), 60).ShouldBe(Suspicion.None);

    [Fact]
    public void Silence_ManyProbesAtOnce_IsNoSuspicion() => At(Probed(0, 0.2, 0.4, 0.6, 0.8), 2).ShouldBe(Suspicion.None);

    [Fact]
    public void Answer_ToAnyProbeHoweverLate_WipesOutSilence() =>
        At(Probed(0, 2, 4, 6).OnAnswer(S(7)), 7).ShouldBe(Suspicion.None);

    [Fact]
    public void Refusals_ApartEnough_AreProofThatItIsGone()
    {
        var once = Probed(0).OnRefused(S(0), S(0.001));
        At(once, 5).ShouldBe(Suspicion.None);
        At(once.OnProbeStarted(S(0.1)).OnRefused(S(0.1), S(0.1)), 5).ShouldBe(Suspicion.None);
        At(once.OnProbeStarted(S(0.25)).OnRefused(S(0.25), S(0.26)), 0.26).ShouldBe(Suspicion.Gone);
    }

    [Fact]
    public void Refusal_First_IsConfirmedAfterAQuarterOfASecond()
    {
        Probed(0).OnRefused(S(0), S(0.001)).NextProbeAt(S(0.001), s_settings).ShouldBe(S(0.251));
        // An extra probe too soon after it does not take the place of the confirmation.
        Probed(0).OnRefused(S(0), S(0.001)).OnProbeStarted(S(0.1)).NextProbeAt(S(0.1), s_settings).ShouldBe(S(0.251));
    }

    [Fact]
    public void Answer_BetweenRefusals_StartsAnew()
    {
        var evidence = Probed(0).OnRefused(S(0), S(0.001)).OnProbeStarted(S(0.2)).OnAnswer(S(0.21)).OnProbeStarted(S(0.3)).OnRefused(S(0.3), S(0.31));
        At(evidence, 0.4).ShouldBe(Suspicion.None);
    }

    [Fact]
    public void Refusal_OfAProbeFromBeforeTheAnswer_DoesNotCount() =>
        Probed(0).OnAnswer(S(1)).OnRefused(S(0), S(1.1)).RefusedSince.ShouldBeNull();

    [Fact]
    public void Discard_AfterAnOwnPause_LeavesNothingAndProbesAnew()
    {
        var discarded = Probed(0, 2, 4, 6).OnRefused(S(6), S(6.1)).Discard(S(30));

        At(discarded, 30).ShouldBe(Suspicion.None);
        discarded.OnRefused(S(6), S(30.1)).RefusedSince.ShouldBeNull("the probe is from before the pause");
        discarded.NextProbeAt(S(30), s_settings).ShouldBeLessThanOrEqualTo(S(30));
    }

    [Fact]
    public void Broken_Probe_IsRepeatedSoonAndCountsOnceAsUnanswered()
    {
        var broken = Probed(0).OnBroken(S(0), S(0.01));
        broken.NextProbeAt(S(0.01), s_settings).ShouldBe(S(0.21));
        broken.OnProbeStarted(S(0.21)).Unanswered.ShouldBe(1);
        At(broken, 60).ShouldBe(Suspicion.None);
    }

    [Fact]
    public void Broken_AgainAndAgain_IsLeftToTheUsualProbes()
    {
        var (evidence, starts) = (Probed(0), new List<double> { 0 });
        while (starts[^1] < 8)
        {
            evidence = evidence.OnBroken(S(starts[^1]), S(starts[^1] + 0.01));
            starts.Add(evidence.NextProbeAt(S(starts[^1] + 0.01), s_settings).TotalSeconds);
            evidence = evidence.OnProbeStarted(S(starts[^1]));
        }

        starts.ShouldBe([0, 0.21, 0.42, 0.63, 0.84, 2.84, 4.84, 6.84, 8.84], 0.001);
        At(evidence, 6.4).ShouldBe(Suspicion.None);
        At(evidence, 8.84).ShouldBe(Suspicion.Silent);
    }

    [Fact]
    public void Broken_AfterAnAnswerOrANewCause_IsRepeatedAgain()
    {
        var tired = Enumerable.Range(0, 6).Aggregate(Probed(0), (evidence, _) => evidence.OnBroken(S(0), S(0.01)).OnProbeStarted(S(0.21)));
        tired.OnBroken(S(0.21), S(0.22)).NextProbeAt(S(0.22), s_settings).ShouldBe(S(2.21));

        tired.OnAnswer(S(0.22)).OnBroken(S(0.23), S(0.3)).NextProbeAt(S(0.3), s_settings).ShouldBe(S(0.5));
        tired.OnAskedAbout(S(9)).OnProbeStarted(S(0.41)).OnBroken(S(0.41), S(0.5)).NextProbeAt(S(0.5), s_settings).ShouldBe(S(0.7));
    }

    [Fact]
    public void Broken_ProbeFromBeforeTheAnswer_IsNotRepeated() =>
        Probed(0).OnAnswer(S(1)).OnBroken(S(0), S(1.1)).NextProbeAt(S(1.1), s_settings).ShouldBe(S(2));

    [Fact]
    public void Broken_BetweenRefusals_LeavesTheConfirmationWhereItWas() =>
        At(Probed(0).OnRefused(S(0), S(0.01)).OnProbeStarted(S(0.26)).OnBroken(S(0.26), S(0.27)).OnProbeStarted(S(0.47)).OnRefused(S(0.47), S(0.48)), 0.48)
            .ShouldBe(Suspicion.Gone);

    [Fact]
    public void ProbeNow_AskedOften_KeepsProbesApart()
    {
        var asked = Probed(0).OnAskedAbout(until: S(10));
        asked.NextProbeAt(S(0.05), s_settings).ShouldBe(S(0.2));
        asked.OnProbeStarted(S(0.2)).NextProbeAt(S(0.2), s_settings).ShouldBe(S(2.2));
    }

    private static SiloEvidence Probed(params double[] at) => at.Aggregate(SiloEvidence.Begin(S(0)), (evidence, start) => evidence.OnProbeStarted(S(start)));

    private static Suspicion At(SiloEvidence evidence, double seconds) => evidence.SuspicionAt(S(seconds), s_settings);

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
}
