using Warren.Images;

namespace Warren.Silo.Images;

/// <summary>How a manager finds out what images mean. Its registries and credentials are read from files of the same form as a worker's.</summary>
public sealed class ImageResolutionOptions : RegistryOptions
{
    /// <summary>Less patient than a worker, which has to get the image in the end.</summary>
    public ImageResolutionOptions()
    {
        Attempts = 2;
        FirstPause = TimeSpan.FromMilliseconds(200);
        ConnectTimeout = TimeSpan.FromSeconds(5);
        ResponseTimeout = TimeSpan.FromSeconds(10);
        MaxRetryAfter = TimeSpan.FromSeconds(5);
    }

    /// <summary>
    /// How long the first tasks of a new image wait at most for the managers to find out what it means, up to a minute; then they start without, and
    /// each node finds out for itself. Zero: managers ask no registry. Default: 2 s.
    /// </summary>
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long what was found out is used for other services with the same image. Default: 5 s.</summary>
    public TimeSpan AnswerLifetime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a registry that did not answer, or asked to come more slowly, is not asked for anything. Default: 5 s.</summary>
    public TimeSpan RegistryPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many images are looked up at once. Default: 16.</summary>
    public int MaxLookups { get; set; } = 16;
}
