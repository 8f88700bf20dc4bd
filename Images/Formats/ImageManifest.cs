using System.Collections.Immutable;

namespace Warren.Images.Formats;

/// <summary>The config and layers of one image for one platform.</summary>
internal sealed record ImageManifest(Descriptor Config, ImmutableArray<Descriptor> Layers)
{
    /// <summary>Bytes of config and layers.</summary>
    public long Size => Config.Size + Layers.DistinctBy(layer => layer.Digest).Sum(layer => layer.Size);
}
