using Warren.Images.Formats;

namespace Warren.Images.Registry;

/// <summary>A manifest or index whose digest is right.</summary>
internal sealed record FetchedManifest(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes, ManifestDocument Document);
