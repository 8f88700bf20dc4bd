using System.Collections.Immutable;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Containerd;

/// <summary>What an image is assembled from.</summary>
/// <param name="What">What messages call it.</param>
/// <param name="Documents">The indexes from the top, then the manifest.</param>
/// <param name="FetchAsync">Brings a blob into a sink and commits it.</param>
/// <param name="Lease">Keeps the parts meanwhile.</param>
/// <param name="Progress">Told how far it is.</param>
internal sealed record ImageParts(
    string What,
    ImmutableArray<FetchedManifest> Documents,
    Func<Descriptor, IBlobSink, CancellationToken, Task> FetchAsync,
    string Lease,
    PullState Progress)
{
    public ImageManifest Manifest => Documents[^1].Document.Manifest!;

    public Descriptor ManifestDescriptor => Documents[^1].Descriptor;

    public ImageIndex? Index => Documents[0].Document.Index;
}
