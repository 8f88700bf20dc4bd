using System.Text.RegularExpressions;

namespace Warren.Agent.Images;

/// <summary>The distribution project's reference grammar, with Docker's defaults.</summary>
internal static partial class ImageReferenceGrammar
{
    private const string DefaultRegistry = "docker.io";
    private const int MaxRepositoryLength = 255;

    public static (string Registry, string Repository, string? Tag, string? Digest) Split(string text)
    {
        var rest = text;
        string? digest = null;
        if (rest.IndexOf('@') is >= 0 and var at)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (!Digest().IsMatch(digest))
                throw Invalid(text, $"the digest '{digest}' must be 'sha256:' and 64 hexadecimal digits in lower case");
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is >= 0 and var colon && rest.IndexOf('/', colon) < 0)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!Tag().IsMatch(tag))
                throw Invalid(text, $"the tag '{tag}' must be 1 to 128 of letters, digits, '_', '.' and '-', not beginning with '.' or '-'");
        }

        var registry = DefaultRegistry;
        var repository = rest;
        if (rest.IndexOf('/') is >= 0 and var slash && IsRegistry(rest[..slash]))
        {
            registry = rest[..slash];
            repository = rest[(slash + 1)..];
            if (!Registry().IsMatch(registry))
                throw Invalid(text, $"the registry '{registry}' must be a host name or address, with a port after ':' if need be");
        }
        if (registry is "index.docker.io")
            registry = DefaultRegistry;
        if (registry == DefaultRegistry && !repository.Contains('/'))
            repository = "library/" + repository;
        if (!Repository().IsMatch(repository))
        {
            throw Invalid(
                text, $"the repository '{repository}' must be of a-z and 0-9, with single '.', '_', '__' or dashes inside, its parts separated by '/'");
        }
        if (repository.Length > MaxRepositoryLength)
            throw Invalid(text, $"the repository must have at most {MaxRepositoryLength} characters, and has {repository.Length}");
        return (registry, repository, tag ?? (digest is null ? "latest" : null), digest);
    }

    private static bool IsRegistry(string part) => part is "localhost" || part.Contains('.') || part.Contains(':') || part.Any(char.IsAsciiLetterUpper);

    private static ImageException Invalid(string text, string problem) =>
        new(ImageFault.InvalidReference, $"'{text}' is no image reference: {problem}");

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex Digest();

    [GeneratedRegex(@"^[\w][\w.-]{0,127}\z", RegexOptions.ECMAScript)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]{1,5})?\z|^\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?\z")]
    private static partial Regex Registry();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Repository();
}
