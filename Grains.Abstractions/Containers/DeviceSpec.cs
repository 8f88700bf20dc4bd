namespace Warren.Containers;

/// <summary>A device of the node that a container gets.</summary>
[GenerateSerializer, Alias("warren.device-spec"), Immutable]
public sealed record DeviceSpec
{
    /// <summary>Path of a device on the node, or of a folder whose devices are all given.</summary>
    [Id(0)]
    public required string Source { get; init; }

    /// <summary>Path in the container. Default: <see cref="Source"/>.</summary>
    [Id(1)]
    public string? Target { get; init; }

    /// <summary>Any of <c>r</c> (read), <c>w</c> (write), <c>m</c> (make). Default: <c>rwm</c>.</summary>
    [Id(2)]
    public string Access { get; init; } = "rwm";
}
