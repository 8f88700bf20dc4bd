using System.Diagnostics.CodeAnalysis;

namespace Warren.Containers;

/// <summary>
/// What an image is asked for by: registry, repository, and tag or digest, in the form that Docker made common (the distribution project's reference
/// grammar): <c>web</c> is <c>docker.io/library/web:latest</c>, and the first part is a registry if it has a dot or colon or is <c>localhost</c>.
/// </summary>
public sealed record ImageReference
{
    internal ImageReference(string registry, string repository, string? tag, string? digest)
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
    /// <exception cref="FormatException">It is none; the message names the text, the part and the rule.</exception>
    public static ImageReference Parse(string text) =>
        TryParse(text, out var reference, out var problem) ? reference : throw new FormatException($"'{text}' is no image reference: {problem}");

    /// <summary>Reads a text that may be no reference.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">The reference; null if it is none.</param>
    /// <param name="problem">Which part breaks which rule; null if none does.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? problem) =>
        ImageReferenceGrammar.TryRead(text, out reference, out problem);

    /// <summary>The same image, by digest.</summary>
    /// <exception cref="FormatException">The digest is none.</exception>
    public ImageReference WithDigest(string digest) => Parse($"{Registry}/{Repository}@{digest}");

    /// <summary>The full form: <c>registry/repository[:tag][@digest]</c>.</summary>
    public override string ToString() => $"{Registry}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";
}
