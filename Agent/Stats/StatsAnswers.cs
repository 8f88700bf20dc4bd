using Warren.Questions;
using Warren.Usage;

namespace Warren.Agent.Stats;

/// <summary>Tells what a node uses, again and again, for as long as somebody wants to know.</summary>
internal sealed class StatsAnswers(StatsSampler sampler, StatsOptions options, TimeProvider time)
{
    /// <summary>Answers until the asker wants no more.</summary>
    public async Task AnswerAsync(StatsQuestion question, INodeAsker asker, CancellationToken cancellationToken)
    {
        var interval = question.Interval < options.LeastInterval ? options.LeastInterval : question.Interval;
        var before = await BeginAsync(question.WithTasks, cancellationToken);
        while (true)
        {
            var now = await sampler.ReadAsync(question.WithTasks, cancellationToken);
            if (!await asker.TakeAsync(new() { Use = StatsRates.Between(before, now) })) return;
            before = now;
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    // What somebody else has read a while ago spares the waiting.
    private async Task<StatsReading> BeginAsync(bool withTasks, CancellationToken cancellationToken)
    {
        if (sampler.Last(withTasks) is { } last && sampler.AgeOf(last) is var age && age >= options.FirstSpan / 2 && age <= options.LongestFirstSpan) return last;
        var first = await sampler.ReadAsync(withTasks, cancellationToken);
        await Task.Delay(options.FirstSpan, time, cancellationToken);
        return first;
    }
}
