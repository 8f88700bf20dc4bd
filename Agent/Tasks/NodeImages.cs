using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Images;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;

namespace Warren.Agent.Tasks;

/// <summary>Tells the managers which images are there, when that has changed.</summary>
internal sealed partial class NodeImages(IImageStore images, TaskReports reports, ILogger<NodeImages> logger)
{
    private readonly Lock _gate = new();
    private Task _looking = Task.CompletedTask;
    private bool _isLooking, _again;

    /// <summary>Ends when no look is under way.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate) return _looking;
        }
    }

    /// <summary>
    /// The images that are there, each by its name and by its digest: managers ask for either. Empty if they cannot be listed, which only makes
    /// placement a little worse.
    /// </summary>
    public async Task<ImmutableArray<string>> ListAsync()
    {
        try
        {
            return [.. (await images.ListAsync(CancellationToken.None)).SelectMany(use => NamesOf(use.Image)).Distinct()];
        }
        catch (ImageException failure)
        {
            LogImagesUnknown(failure.Message);
            return [];
        }
    }

    /// <summary>The images may have changed. Many calls at once make one list.</summary>
    public void LookAgain()
    {
        lock (_gate)
        {
            _again = true;
            if (_isLooking) return;
            _isLooking = true;
            _looking = Task.Run(LookAsync);
        }
    }

    // What another program named is perhaps no reference.
    private static IEnumerable<string> NamesOf(Image image) =>
        ImageReference.TryParse(image.Name, out var reference, out _) && Digests.IsDigest(image.Digest)
            ? [image.Name, reference.WithDigest(image.Digest).ToString()]
            : [image.Name];

    private async Task LookAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                if (!_again)
                {
                    _isLooking = false;
                    return;
                }

                _again = false;
            }

            if (await ListAsync() is { IsEmpty: false } list) reports.SetImages(list);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The images could not be listed: {Cause}")]
    private partial void LogImagesUnknown(string cause);
}
