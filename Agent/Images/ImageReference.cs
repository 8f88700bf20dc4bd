namespace Warren.Agent.Images;

/// <summary>
/// What an image is asked for by: registry, repository, and tag or digest, in the form that Docker made common (the distribution project's reference
/// grammar): <c>web</c> is <c>docker.io/library/web:latest</c>, and the first part is a registry if it has a dot or colon or is <c>localhost</c>.
/// </summary>
public sealed record ImageReference
{
    private ImageReference(string registry, string repository, string? tag, string? digest)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Host, with port if given: <c>docker.io</c>, <c>localhost:5000</c>.</summary>
    public string Registry { get; }

    /// <summary>Path in the registry: <c>library/web</c>.</summary>
    public string Repository { get; }

    /// <summary>The tag; null only when there is a digest and no tag.</summary>
    public string? Tag { get; }

    /// <summary><c>sha256:…</c>, or null. It decides when there is a tag too.</summary>
    public string? Digest { get; }

    /// <summary>Reads a reference.</summary>
    /// <exception cref="ImageException"><see cref="ImageFault.InvalidReference"/>, naming the part and the rule.</exception>
    public static ImageReference Parse(string text)
    {
        var (registry, repository, tag, digest) = ImageReferenceGrammar.Split(text);
        return new(registry, repository, tag, digest);
    }

    /// <summary>The same image, by digest.</summary>
    public ImageReference WithDigest(string digest) => Parse($"{Registry}/{Repository}@{digest}");

    /// <summary>The full form: <c>registry/repository[:tag][@digest]</c>.</summary>
    public override string ToString() => $"{Registry}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";
}
