namespace Warren.Agent.Images.Containerd;

/// <summary>A container of the namespace and what it was made from.</summary>
/// <param name="Container">Its name.</param>
/// <param name="ImageName">The image's name in its record; may be empty.</param>
/// <param name="ImageDigest">The image's digest, if the record holds one.</param>
internal sealed record ContainerUse(string Container, string ImageName, string? ImageDigest)
{
    public bool Uses(Image image) => ImageDigest is null ? ImageName == image.Name : ImageDigest == image.Digest || ImageDigest == image.ManifestDigest;
}
