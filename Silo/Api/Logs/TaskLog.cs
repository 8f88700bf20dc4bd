using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Warren.Logs;
using Warren.Nodes;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Logs;

/// <summary>Reads the output of one task from its node. An agent that falls silent or starts anew is asked again for what comes after the last line.</summary>
internal sealed class TaskLog(IGrainFactory grains, TimeProvider time)
{
    // An agent says something every 5 s; a reader may keep it waiting less than a call may take.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(20), s_patience = TimeSpan.FromSeconds(15), s_pause = TimeSpan.FromSeconds(1);

    /// <summary>The lines. Without follow a node that cannot be reached is said in a notice; with follow it is waited for.</summary>
    /// <param name="task">A task that has been on a node.</param>
    /// <param name="node">The node.</param>
    /// <param name="request">What is wanted of it.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<Proto.LogLine> ReadAsync(TaskId task, NodeId node, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (last, same, hasTold) = (default(DateTimeOffset?), 0, false);
        while (true)
        {
            // The lines of the last time that were had already come again.
            var wanted = last is null ? request : request with { Since = last, Tail = null };
            var (skip, seen) = (same, 0);
            string? problem;
            var feed = new LogFeed(s_patience, time);
            var reference = grains.CreateObjectReference<ILogReader>(feed);
            try
            {
                problem = await TellAsync(node, wanted, reference);
                while (problem is null)
                {
                    var (batch, silence) = await NextAsync(feed.Batches, cancellation);
                    problem = silence ?? batch?.Problem;
                    foreach (var line in batch?.Lines ?? [])
                    {
                        if (line.At == last && seen++ < skip) continue;
                        same = line.At == last ? same + 1 : 1;
                        last = line.At;
                        hasTold = false;
                        yield return Write(task, line);
                    }

                    if (batch is { IsEnd: true, Problem: null }) yield break;
                }
            }
            finally
            {
                feed.Close();
                grains.DeleteObjectReference<ILogReader>(reference);
                GC.KeepAlive(feed);
            }

            // Said once for each break.
            if (!hasTold) yield return new() { Task = task.ToString(), Notice = $"{problem}{(request.Follow ? "; it goes on when it is back" : "")}" };
            if (!request.Follow) yield break;
            hasTold = true;
            await Task.Delay(s_pause, time, cancellation);
        }
    }

    private static Proto.LogLine Write(TaskId task, LogText from) => new()
    {
        Task = task.ToString(),
        At = from.At.ToTimestamp(),
        IsError = from.IsError,
        Text = ByteString.CopyFrom(from.Text.Span),
        IsPartial = from.IsPartial,
    };

    private async Task<string?> TellAsync(NodeId node, LogRequest request, ILogReader reader)
    {
        var away = $"its node {node} is not connected";
        try
        {
            return await grains.GetGrain<INodeGrain>(node.Value).SendLogsAsync(request, reader) ? null : away;
        }
        catch (Exception failure) when (failure is SiloUnavailableException or TimeoutException)
        {
            return away;
        }
        catch (OrleansException failure)
        {
            // A manager that begins to look after the node while the store is away knows nothing of it.
            return $"its node {node} cannot be asked: {failure.Message}";
        }
    }

    private async Task<(LogBatch? Batch, string? Silence)> NextAsync(ChannelReader<LogBatch> batches, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var silence = new CancellationTokenSource(s_silence, time);
        await using var link = silence.Token.Register(limit.Cancel);
        try
        {
            return (await batches.ReadAsync(limit.Token), null);
        }
        catch (ChannelClosedException)
        {
            return (null, "it was read too slowly");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, "its node does not answer");
        }
    }
}
