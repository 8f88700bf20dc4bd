using System.Globalization;
using Microsoft.Extensions.Logging;
using Warren.Containers;
using Warren.Grains.Images;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>
/// Looks up what a service's image means, beside its steps: each step takes what was found by then, and none waits for a registry. What is not known is
/// asked again, less and less often, as long as the activation lasts; the next one begins anew.
/// </summary>
internal sealed partial class ServiceImages(
    ServiceName name, IImageResolver resolver, TimeProvider time, ServiceGrainOptions options, ILogger log, Action<TimeSpan> wantStep)
{
    private string? _wanted;
    private ImageAnswer? _answer;
    private bool _isAsking;
    private int _failures;
    private long _since, _failedAt;
    private TimeSpan _wait;

    /// <summary>Until when the current version is held up. Null: it is not.</summary>
    public DateTimeOffset? WaitUntil { get; private set; }

    /// <summary>How long until a step has to ask again. Null: it need not.</summary>
    public TimeSpan? DueIn => _wanted is null || _isAsking || _answer is not { Image: null } ? null : _wait - time.GetElapsedTime(_failedAt);

    /// <summary>
    /// Begins what is to be asked, and takes what was found into what a step is about to store; the same object if nothing was. An answer is given again
    /// until it is stored.
    /// </summary>
    public ServiceRecord Take(ServiceRecord record, DateTimeOffset now)
    {
        WaitUntil = null;
        var wanted = record.State is { } service && resolver.WaitLimit > TimeSpan.Zero ? RevisionImages.Wanted(service) : null;
        if (wanted != _wanted) Begin(wanted);
        else if (DueIn <= TimeSpan.Zero) Ask();
        if (_wanted is null || record.State is not { } state) return record;

        // One look at the clock for both: a wait that is not over ends later than now, or nobody would wake for its end.
        var left = resolver.WaitLimit - time.GetElapsedTime(_since);
        var next = _answer switch
        {
            { Image: { } image } => RevisionImages.Found(state, image, record.LastVersion, now),
            { Problem: var problem } => RevisionImages.NotFound(state, problem),
            null when left <= TimeSpan.Zero => RevisionImages.NotFound(state, state.Current.ImageProblem ?? Silence()),
            null => state,
        };
        if (RevisionImages.IsUnderWay(next.Current)) WaitUntil = now + left;
        return ReferenceEquals(next, state) ? record : record with { State = next };
    }

    private string Silence() =>
        string.Create(CultureInfo.InvariantCulture, $"its registry did not answer within {resolver.WaitLimit.TotalSeconds:0.###} s");

    private void Begin(string? wanted)
    {
        (_wanted, _answer, _isAsking, _failures, _since) = (wanted, null, false, 0, time.GetTimestamp());
        if (wanted is not null) Ask();
    }

    private void Ask()
    {
        var asked = _wanted!;
        _isAsking = true;
        if (!ImageReference.TryParse(asked, out var reference, out var problem))
        {
            Answered(ImageAnswer.Failed(problem));
            return;
        }

        var answer = resolver.ResolveAsync(reference);
        if (answer.IsCompletedSuccessfully) Answered(answer.Result);
        else _ = AnswerAsync(asked, _since, answer);
    }

    private async Task AnswerAsync(string asked, long since, Task<ImageAnswer> asking)
    {
        ImageAnswer answer;
        try
        {
            answer = await asking;
        }
        catch (Exception failure)
        {
            LogLookupFailed(failure, asked, name);
            answer = ImageAnswer.Failed(failure.Message);
        }

        // The spec may have changed meanwhile, even there and back.
        if (asked != _wanted || since != _since) return;
        Answered(answer);
        wantStep(TimeSpan.Zero);
    }

    private void Answered(ImageAnswer answer)
    {
        (_answer, _isAsking) = (answer, false);
        if (answer.Image is not null) return;
        LogNotResolved(asked: _wanted!, name, answer.Problem);
        var wait = options.ImageRetry * Math.Pow(2, Math.Min(_failures++, 20));
        (_failedAt, _wait) = (time.GetTimestamp(), wait < options.MaxImageRetry ? wait : options.MaxImageRetry);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking up the image {Asked} of {Service} went wrong")]
    private partial void LogLookupFailed(Exception failure, string asked, ServiceName service);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The image {Asked} of {Service} was not resolved: {Problem}")]
    private partial void LogNotResolved(string asked, ServiceName service, string problem);
}
