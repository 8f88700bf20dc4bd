namespace Warren.Images.Formats;

/// <summary>What points to a blob: its type, digest and size (OCI image specification, "Content Descriptors").</summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Digest"><c>sha256:…</c>, checked.</param>
/// <param name="Size">Its bytes, not negative.</param>
internal sealed record Descriptor(string MediaType, string Digest, long Size)
{
    /// <summary>The platform of a manifest in an index, if the index says.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The name that an archive gives to the image, if any.</summary>
    public string? FullName { get; init; }

    /// <summary>The name or tag of the OCI layout's annotation, if any.</summary>
    public string? RefName { get; init; }
}
