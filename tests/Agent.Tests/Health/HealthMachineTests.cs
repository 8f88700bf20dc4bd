using Warren.Agent.Health;
using Warren.Containers;

namespace Warren.Agent.Tests.Health;

public sealed class HealthMachineTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProbeOutcome s_good = new(true, "HTTP 200"), s_bad = new(false, "HTTP 503");
    private static readonly ProbeOutcome s_notAsked = new(false, "runtime is away") { IsConclusive = false };
    private static readonly ProbeSpec s_spec = new() { TcpPort = 80, Interval = TimeSpan.FromSeconds(10), Retries = 3, StartPeriod = TimeSpan.FromSeconds(30) };

    // Answers, one every interval that the machine asks for: + success, - failure, ? not asked. Beside each the status after it:
    // s starting, h healthy, u unhealthy.
    [Theory]
    [InlineData(0, "+", "h")]
    [InlineData(0, "---", "ssu")]
    [InlineData(0, "--+--+", "sshhhh")]
    [InlineData(0, "+---+", "hhhuh")]
    [InlineData(0, "-----", "ssuuu")]
    [InlineData(0, "+-?-?-", "hhhhhu")]
    [InlineData(0, "????", "ssss")]
    [InlineData(3, "----", "ssss")]
    [InlineData(3, "------", "sssssu")]
    [InlineData(3, "-+---", "shhhu")]
    public void Step_Answers_GiveTheStatus(int startSeconds, string answers, string statuses)
    {
        var spec = s_spec with { StartPeriod = TimeSpan.FromSeconds(startSeconds) };
        var state = HealthMachine.Start(spec, s_start, s_start, 0);
        var seen = "";
        foreach (var answer in answers)
        {
            var now = state.NextCheck;
            state = HealthMachine.Step(spec, state, new HealthInput.Begun(), now).State;
            state = HealthMachine.Step(spec, state, new HealthInput.Answered(answer switch { '+' => s_good, '-' => s_bad, _ => s_notAsked }), now).State;
            seen += char.ToLowerInvariant($"{state.Status}"[0]);
        }

        seen.ShouldBe(statuses);
    }

    [Fact]
    public void Start_Spread_SetsTheFirstCheckWithinASecond()
    {
        HealthMachine.Start(s_spec, s_start, s_start.AddHours(1), 0.25).NextCheck.ShouldBe(s_start.AddHours(1).AddMilliseconds(250));
        HealthMachine.Start(s_spec with { Interval = TimeSpan.FromMilliseconds(100) }, s_start, s_start, 0.5).NextCheck.ShouldBe(s_start.AddMilliseconds(50));
    }

    [Fact]
    public void Step_WithinTheStartPeriod_AsksEverySecond()
    {
        var state = After(s_spec, s_bad, s_start.AddSeconds(5));
        (state.NextCheck, state.Failures, state.Status).ShouldBe((s_start.AddSeconds(6), 0, HealthStatus.Starting));
        // After the first success the pace is the normal one.
        After(s_spec, s_good, s_start.AddSeconds(5)).NextCheck.ShouldBe(s_start.AddSeconds(15));
        After(s_spec, s_bad, s_start.AddSeconds(30)).ShouldSatisfyAllConditions(
            late => late.NextCheck.ShouldBe(s_start.AddSeconds(40)), late => late.Failures.ShouldBe(1));
    }

    [Fact]
    public void Step_Interval_CountsFromTheEndOfTheCheck()
    {
        var state = HealthMachine.Start(s_spec, s_start, s_start, 0);
        state = HealthMachine.Step(s_spec, state, new HealthInput.Begun(), s_start).State;
        state = HealthMachine.Step(s_spec, state, new HealthInput.Answered(s_good), s_start.AddSeconds(3)).State;
        state.NextCheck.ShouldBe(s_start.AddSeconds(13));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3600, true)]
    public void Step_ClockSetBack_PutsNoCheckOffByMoreThanAnInterval(int seconds, bool isChecking)
    {
        var state = After(s_spec, s_good, s_start);
        HealthMachine.Step(s_spec, state, new HealthInput.Begun(), state.NextCheck.AddSeconds(-seconds)).State.IsChecking.ShouldBe(isChecking);
    }

    [Fact]
    public void Step_Change_SaysWhy()
    {
        var spec = s_spec with { StartPeriod = TimeSpan.Zero, Retries = 1 };
        var state = HealthMachine.Step(spec, HealthMachine.Start(spec, s_start, s_start, 0), new HealthInput.Begun(), s_start).State;
        HealthMachine.Step(spec, state, new HealthInput.Answered(s_bad), s_start).Reason.ShouldBe("1 checks in a row failed, the last: HTTP 503");
        HealthMachine.Step(spec, state, new HealthInput.Answered(s_good), s_start).Reason.ShouldBe("HTTP 200");
    }

    [Fact]
    public void Step_InputThatDoesNotFit_ChangesNothing()
    {
        var state = HealthMachine.Start(s_spec, s_start, s_start, 1);
        HealthMachine.Step(s_spec, state, new HealthInput.Begun(), s_start).ShouldBe(new HealthStep(state));
        HealthMachine.Step(s_spec, state, new HealthInput.Answered(s_bad), s_start).ShouldBe(new HealthStep(state));
        var checking = HealthMachine.Step(s_spec, state, new HealthInput.Begun(), state.NextCheck).State;
        HealthMachine.Step(s_spec, checking, new HealthInput.Begun(), state.NextCheck.AddHours(1)).State.ShouldBe(checking);
    }

    [Fact]
    public void Start_KnownStatus_IsKeptUntilItChanges()
    {
        var spec = s_spec with { StartPeriod = TimeSpan.Zero };
        var healthy = HealthMachine.Start(spec, s_start, s_start, 0, HealthStatus.Healthy);
        (healthy.Status, healthy.Failures).ShouldBe((HealthStatus.Healthy, 0));
        var unhealthy = HealthMachine.Start(spec, s_start, s_start, 0, HealthStatus.Unhealthy);
        var begun = HealthMachine.Step(spec, unhealthy, new HealthInput.Begun(), s_start).State;
        HealthMachine.Step(spec, begun, new HealthInput.Answered(s_bad), s_start).Reason.ShouldBeNull();
        HealthMachine.Step(spec, begun, new HealthInput.Answered(s_good), s_start).State.Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public void Step_RandomAnswers_KeepTheRules()
    {
        var random = new Random(11);
        var (changes, unhealthy) = (0, 0);
        for (var run = 0; run < 2000; run++)
        {
            var spec = s_spec with
            {
                Retries = random.Next(1, 5),
                StartPeriod = TimeSpan.FromSeconds(random.Next(0, 3) * random.Next(60)),
                Interval = TimeSpan.FromMilliseconds(random.Next(100, 20_000)),
            };
            var state = HealthMachine.Start(spec, s_start, s_start, random.NextDouble());
            var inARow = 0;
            for (var i = 0; i < 40; i++)
            {
                var begun = HealthMachine.Step(spec, state, new HealthInput.Begun(), state.NextCheck).State;
                var now = state.NextCheck.AddMilliseconds(random.Next(3000));
                var outcome = random.Next(3) switch { 0 => s_good, 1 => s_bad, _ => s_notAsked };
                var step = HealthMachine.Step(spec, begun, new HealthInput.Answered(outcome), now);
                var counts = outcome.IsConclusive && (state.Status != HealthStatus.Starting || now >= s_start + spec.StartPeriod);
                if (outcome.IsSuccess) inARow = 0;
                else if (counts) inARow++;

                // Unhealthy if and only if so many in a row failed; starting is never come back to; a reason if and only if it changed.
                (step.State.Status == HealthStatus.Unhealthy).ShouldBe(inARow >= spec.Retries);
                (step.State.Status == HealthStatus.Starting && state.Status != HealthStatus.Starting).ShouldBeFalse();
                (step.Reason is not null).ShouldBe(step.State.Status != state.Status);
                (step.State.NextCheck - now).ShouldBeInRange(TimeSpan.FromMilliseconds(100), spec.Interval);
                if (step.Reason is not null) changes++;
                if (step.State.Status == HealthStatus.Unhealthy) unhealthy++;
                state = step.State;
            }
        }

        changes.ShouldBeGreaterThan(2000);
        unhealthy.ShouldBeGreaterThan(5000);
    }

    private static HealthState After(ProbeSpec spec, ProbeOutcome outcome, DateTimeOffset at)
    {
        var begun = HealthMachine.Step(spec, HealthMachine.Start(spec, s_start, s_start, 0), new HealthInput.Begun(), at).State;
        return HealthMachine.Step(spec, begun, new HealthInput.Answered(outcome), at).State;
    }
}
