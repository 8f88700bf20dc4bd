using System.Collections.Immutable;
using NSubstitute;
using Warren.Agent.Runtime;
using Warren.Agent.Stats;

namespace Warren.Agent.Tests.Stats;

public sealed class StatsSamplerTests
{
    [Fact]
    public async Task Read_AnswersThatAreLate_AreOfTheMomentWhenTheCountersWereRead()
    {
        var time = new SteppedTime();
        await using var runtime = Substitute.For<IContainerRuntime>();
        runtime.ListAsync(default).ReturnsForAnyArgs(
            Task.FromResult<ImmutableArray<ContainerStatus>>([new() { Id = new("web.1.1"), State = ContainerState.Running, ImageDigest = "" }]));
        runtime.GetStatsAsync(default, default).ReturnsForAnyArgs(_ =>
        {
            var stats = StatsSamples.At(time.GetTimestamp());
            time.Now += TimeSpan.FromSeconds(1);
            return Task.FromResult(stats);
        });
        var sampler = new StatsSampler(runtime, () => new(TimeSpan.Zero, 4, 1, 2, 3, 4), new(), time);
        time.Now = TimeSpan.FromSeconds(7);
        (await sampler.ReadAsync(withTasks: true, default)).Tasks.Values.Single().Moment.ShouldBe(TimeSpan.FromSeconds(7));
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
