using System.Collections.Immutable;

namespace Warren.Volumes;

/// <summary>A volume as the user asked for it: files that outlive containers.</summary>
[GenerateSerializer, Alias("warren.volume-spec"), Immutable]
public sealed record VolumeSpec
{
    /// <summary>Its name: 1 to 63 of <c>a-z 0-9 - _ .</c>, beginning with a letter or digit.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Who keeps it: <c>local</c> (a folder of the node, or tmpfs) or <c>nfs</c>. Default: <c>local</c>.</summary>
    [Id(1)]
    public string Driver { get; init; } = "local";

    /// <summary>
    /// Settings of the driver; an unknown one is refused. <c>local</c>: <c>type=tmpfs</c>, <c>size</c> (bytes, with tmpfs), <c>mode</c>, <c>uid</c>, <c>gid</c>
    /// of its root. <c>nfs</c>: <c>server</c>, <c>path</c>, <c>options</c> (as of <c>mount -o</c>). Default: none.
    /// </summary>
    [Id(2)]
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Labels. Default: none.</summary>
    [Id(3)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
