using Microsoft.Extensions.Logging;
using Warren.Agent.Images;
using Warren.Agent.Stats;
using Warren.Images;
using Warren.Questions;

namespace Warren.Agent.Questions;

/// <summary>Answers what managers ask, in the background. Nothing is done that nobody asks for, and nothing of it is stored.</summary>
internal sealed partial class QuestionDesk(StatsAnswers stats, ImageAnswers images, QuestionDeskOptions options, TimeProvider time, ILogger<QuestionDesk> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _answering = [];

    /// <summary>How many questions are being answered.</summary>
    public int Answering
    {
        get
        {
            lock (_gate) return _answering.Count;
        }
    }

    /// <summary>Begins to answer one.</summary>
    /// <param name="question">The question.</param>
    /// <param name="asker">Takes the answers.</param>
    /// <param name="source">The bytes that belong to it, if any do.</param>
    public void Begin(NodeQuestion question, INodeAsker asker, INodeSource source)
    {
        lock (_gate)
        {
            if (_end.IsCancellationRequested) return;
            var answering = _answering.Count < options.MaxQuestions
                ? AnswerAsync(question, asker, source)
                : TellAsync(asker, $"the node answers {options.MaxQuestions} questions at most; end one, and try again");
            _answering.Add(answering);
            _ = ForgetAsync(answering);
        }
    }

    /// <summary>Ends all answering.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested) return;
        await _end.CancelAsync();
        Task[] answering;
        lock (_gate) answering = [.. _answering];
        await Task.WhenAll(answering);
        lock (_gate) _answering.ExceptWith(answering);
        _end.Dispose();
    }

    private async Task ForgetAsync(Task answering)
    {
        await answering;
        lock (_gate) _answering.Remove(answering);
    }

    private async Task AnswerAsync(NodeQuestion question, INodeAsker asker, INodeSource source)
    {
        await Task.Yield();
        var here = new WatchedAsker(asker);
        string problem;
        try
        {
            var answering = question switch
            {
                { Stats: { } use } => stats.AnswerAsync(use, here, _end.Token),
                { WantsImages: true } => images.ListAsync(here, _end.Token),
                { Pull: { } pull } => images.PullAsync(pull, here, _end.Token),
                { Import: { } import } => images.ImportAsync(import, source, here, _end.Token),
                { Prune: { } prune } => images.PruneAsync(prune, here, _end.Token),
                _ => null,
            };
            if (answering is not null)
            {
                await answering;
                return;
            }

            problem = "its agent is of a version that cannot answer this";
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            problem = "its agent stops";
        }
        catch (Exception failure) when (here.IsGone)
        {
            // Whoever asked is gone, or its manager; one that still wants to know asks again.
            LogAskerGone(failure.Message);
            return;
        }
        catch (Exception failure) when (failure is ImageException or IOException)
        {
            LogRefused(failure.Message);
            problem = failure.Message;
        }
        catch (Exception failure)
        {
            LogFailed(failure);
            problem = failure.Message;
        }

        await TellAsync(asker, problem);
    }

    private async Task TellAsync(INodeAsker asker, string problem)
    {
        try
        {
            await asker.TakeAsync(new() { IsEnd = true, Problem = problem }).WaitAsync(options.TellLimit, time);
        }
        catch (Exception failure)
        {
            LogAskerGone(failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A question of a manager could not be answered")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Information, "What a manager asked of this node could not be done: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Debug, "Whoever asked about this node is gone: {Reason}")]
    private partial void LogAskerGone(string reason);

    // Tells failures of the way to the asker from those of the answering.
    private sealed class WatchedAsker(INodeAsker asker) : INodeAsker
    {
        public bool IsGone { get; private set; }

        public async Task<bool> TakeAsync(NodeAnswer answer)
        {
            IsGone = true;
            var wantsMore = await asker.TakeAsync(answer);
            IsGone = false;
            return wantsMore;
        }
    }
}
