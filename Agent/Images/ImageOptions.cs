using Warren.Images;

namespace Warren.Agent.Images;

/// <summary>Settings of the image store of a node. All problems are reported together when the agent starts.</summary>
public sealed class ImageOptions : RegistryOptions
{
    /// <summary>Where archives lie while they are imported; made when missing. Default: <c>/var/lib/warren/images</c>.</summary>
    public string DataDirectory { get; set; } = "/var/lib/warren/images";

    /// <summary>How many blobs this node downloads at once. Default: 6.</summary>
    public int MaxParallelDownloads { get; set; } = 6;

    /// <summary>How many layers this node unpacks at once. Default: 2.</summary>
    public int MaxParallelUnpacks { get; set; } = 2;

    /// <summary>How long checking and keeping one blob, or unpacking one layer, may take. Default: 1 hour.</summary>
    public TimeSpan DiskTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the parts of a broken pull are kept for the next one. Default: 1 day.</summary>
    public TimeSpan KeepPartsFor { get; set; } = TimeSpan.FromDays(1);
}
