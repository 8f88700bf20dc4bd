namespace Warren.Agent.Volumes;

/// <summary>Where the volumes of this node are kept.</summary>
public sealed record VolumeStoreOptions
{
    /// <summary>Absolute path of the folder of all volumes; made when it does not exist.</summary>
    public required string Root { get; init; }

    /// <summary>How long counting what a volume holds may take; after that its usage is not known. Default: 10 s.</summary>
    public TimeSpan MeasureLimit { get; init; } = TimeSpan.FromSeconds(10);
}
