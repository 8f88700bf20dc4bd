using System.Collections.Immutable;
using Warren.Images;

namespace Warren.Agent.Images;

/// <summary>An image on this node, unpacked for this platform.</summary>
public sealed record Image
{
    /// <summary>Name with tag or digest, in full form: <c>docker.io/library/web:1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the name stood for when it was pulled: digest of the index, or of the manifest when there is no index. To pin to.</summary>
    public required string Digest { get; init; }

    /// <summary>Digest of the manifest for this platform.</summary>
    public required string ManifestDigest { get; init; }

    /// <summary>The top of its unpacked layers: the chain id of the OCI image specification.</summary>
    public required string ChainId { get; init; }

    /// <summary>What it says about running it.</summary>
    public required ImageConfig Config { get; init; }

    /// <summary>Bytes of its blobs on this node, packed.</summary>
    public required long Size { get; init; }

    /// <summary>Platforms of the index, <c>os/architecture[/variant]</c>; one for an image without index.</summary>
    public required ImmutableArray<string> Platforms { get; init; }
}
