using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Warren.Containers;

/// <summary>The distribution project's reference grammar, with Docker's defaults.</summary>
internal static partial class ImageReferenceGrammar
{
    private const string DefaultRegistry = "docker.io";
    private const int MaxRepositoryLength = 255;

    public static bool TryRead(string text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? problem)
    {
        var rest = text;
        string? digest = null;
        if (rest.IndexOf('@') is >= 0 and var at)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is >= 0 and var colon && rest.IndexOf('/', colon) < 0)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
        }

        var registry = DefaultRegistry;
        var repository = rest;
        if (rest.IndexOf('/') is >= 0 and var slash && IsRegistry(rest[..slash]))
        {
            registry = rest[..slash];
            repository = rest[(slash + 1)..];
        }

        if (registry is "index.docker.io") registry = DefaultRegistry;
        if (registry == DefaultRegistry && !repository.Contains('/')) repository = "library/" + repository;
        problem = FindProblem(registry, repository, tag, digest);
        reference = problem is null ? new(registry, repository, tag ?? (digest is null ? "latest" : null), digest) : null;
        return reference is not null;
    }

    private static string? FindProblem(string registry, string repository, string? tag, string? digest)
    {
        if (digest is not null && !Digest().IsMatch(digest)) return $"the digest '{digest}' must be 'sha256:' and 64 hexadecimal digits in lower case";
        if (tag is not null && !Tag().IsMatch(tag))
            return $"the tag '{tag}' must be 1 to 128 of letters, digits, '_', '.' and '-', not beginning with '.' or '-'";
        if (!Registry().IsMatch(registry)) return $"the registry '{registry}' must be a host name or address, with a port after ':' if need be";
        if (!Repository().IsMatch(repository))
            return $"the repository '{repository}' must be of a-z and 0-9, with single '.', '_', '__' or dashes inside, its parts separated by '/'";
        return repository.Length > MaxRepositoryLength
            ? $"the repository must have at most {MaxRepositoryLength} characters, and has {repository.Length}"
            : null;
    }

    private static bool IsRegistry(string part) => part is "localhost" || part.Contains('.') || part.Contains(':') || part.Any(char.IsAsciiLetterUpper);

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex Digest();

    [GeneratedRegex(@"^[\w][\w.-]{0,127}\z", RegexOptions.ECMAScript)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]{1,5})?\z|^\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?\z")]
    private static partial Regex Registry();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Repository();
}
