using Warren.Nodes;
using Warren.Questions;
using Warren.Silo.Api.Questions;
using Warren.Usage;

namespace Warren.Silo.Api.Stats;

/// <summary>What one node has said last of its use. It is asked again whenever it falls silent.</summary>
internal sealed class NodeWatch(NodeId node, StatsQuestion question, NodeInquiry inquiry, StatsOptions options, TimeProvider time)
{
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private NodeUse? _use;
    private string? _problem;
    private long _at;

    /// <summary>Ends when it has answered, or could not be asked.</summary>
    public Task Heard => _heard.Task;

    /// <summary>What it uses, or why that is not known.</summary>
    public (NodeUse? Use, string Notice) Latest
    {
        get
        {
            lock (_gate)
            {
                if (_problem is not null) return (null, _problem);
                if (_use is null) return (null, "its agent has not answered yet");
                var age = time.GetElapsedTime(_at);
                return age <= question.Interval + options.Slack ? (_use, "") : (null, $"its agent answers late, last {(int)age.TotalSeconds} s ago");
            }
        }
    }

    /// <summary>Listens until the token.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await foreach (var answer in inquiry.AskAsync(node, new() { Stats = question }, question.Interval + options.Silence, cancellation)) Take(answer);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Nobody wants to know any more.
                return;
            }
            catch (Exception failure)
            {
                Take(new() { IsEnd = true, Problem = failure.Message });
            }

            await Task.Delay(options.Pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(NodeAnswer answer)
    {
        lock (_gate)
        {
            if (answer.Use is not null) (_use, _at) = (answer.Use, time.GetTimestamp());
            if (answer.Use is not null || answer.IsEnd) _problem = answer.IsEnd ? answer.Problem : null;
        }

        _heard.TrySetResult();
    }
}
