using Microsoft.Extensions.Logging;
using Warren.Agent.Images;

namespace Warren.Agent.Tasks;

/// <summary>
/// Has images removed that no task of the node needs, while the disk is fuller than it should be. While it is not known which tasks the node has, none is.
/// </summary>
/// <param name="images">The images.</param>
/// <param name="policy">When it begins and where it stops.</param>
/// <param name="wanted">The images that tasks need; null: that is not known.</param>
/// <param name="onRemoved">Called when some were removed.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ImageCleaner(
    IImageStore images, ImageCollectionPolicy policy, Func<IReadOnlySet<string>?> wanted, Action onRemoved, TimeProvider time, ILogger<ImageCleaner> logger)
{
    /// <summary>Looks at the disk again and again, until the token.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(policy.Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await LookAsync(cancellationToken);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (wanted() is not { } keep) return;
            var collection = await images.CollectAsync(policy, keep, cancellationToken);
            if (!collection.Removed.IsEmpty) onRemoved();
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure, policy.Interval, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Images could not be removed to free the disk; it is tried again in {Pause}: {Cause}")]
    private partial void LogFailed(Exception failure, TimeSpan pause, string cause);
}
