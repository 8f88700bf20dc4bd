using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Archives;

/// <summary>An image in an archive, its documents read and checked.</summary>
/// <param name="Names">The names that the archive gives to it; may be empty.</param>
/// <param name="Documents">The indexes from the top, then the manifest for this machine.</param>
/// <param name="Blobs">The files of its config and layers, by digest.</param>
internal sealed record ArchivedImage(
    ImmutableArray<ImageReference> Names, ImmutableArray<FetchedManifest> Documents, ImmutableDictionary<string, ArchivedFile> Blobs);
