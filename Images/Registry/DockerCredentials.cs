using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Warren.Images.Registry;

/// <summary>Credentials in the form of Docker's <c>config.json</c>. Prints nothing of them.</summary>
internal sealed class DockerCredentials
{
    private readonly FrozenDictionary<string, RegistryCredentials> _byScope;

    private DockerCredentials(FrozenDictionary<string, RegistryCredentials> byScope) => _byScope = byScope;

    public static DockerCredentials Empty { get; } = new(FrozenDictionary<string, RegistryCredentials>.Empty);

    /// <summary>Those of the longest entry that fits: of the repository, of a path above it, or of the registry.</summary>
    public RegistryCredentials? For(string registry, string repository)
    {
        for (var scope = $"{registry}/{repository}"; ; scope = scope[..scope.LastIndexOf('/')])
        {
            if (_byScope.TryGetValue(scope, out var credentials)) return credentials;
            if (!scope.Contains('/')) return null;
        }
    }

    /// <exception cref="FormatException">Names all problems, and no secret.</exception>
    public static DockerCredentials Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is no JSON (line {e.LineNumber})");
        }
    }

    /// <summary>Whether others than its owner may read or change a file of secrets.</summary>
    public static bool IsExposed(UnixFileMode mode) =>
        (mode & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;

    private static DockerCredentials Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new FormatException("it is no JSON object");
        var problems = new List<string>();
        foreach (var name in (string[])["credsStore", "credHelpers"])
        {
            if (root.TryGetProperty(name, out _)) problems.Add($"{name}: credential helpers are not run on nodes; give the credentials under 'auths'");
        }
        var byScope = new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal);
        if (root.TryGetProperty("auths", out var auths))
        {
            if (auths.ValueKind != JsonValueKind.Object) throw new FormatException("auths: must be an object");
            foreach (var entry in auths.EnumerateObject())
            {
                if (ReadEntry(entry, problems) is { } credentials) byScope[ScopeOf(entry.Name)] = credentials;
            }
        }
        return problems.Count == 0 ? new(byScope.ToFrozenDictionary(StringComparer.Ordinal)) : throw new FormatException(string.Join("; ", problems));
    }

    private static RegistryCredentials? ReadEntry(JsonProperty entry, List<string> problems)
    {
        var path = $"auths[{entry.Name}]";
        var (user, password) = (Text(entry.Value, "username"), Text(entry.Value, "password"));
        if (Text(entry.Value, "auth") is { Length: > 0 } packed)
        {
            if (Unpack(packed) is not var (packedUser, packedPassword))
            {
                problems.Add($"{path}.auth: must be 'user:password' in base64");
                return null;
            }
            (user, password) = (packedUser, packedPassword);
        }
        if (Text(entry.Value, "identitytoken") is { Length: > 0 } token) return new(user, token, IsIdentityToken: true);
        if (user.Length > 0) return new(user, password);
        problems.Add($"{path}: must have 'auth', 'username' and 'password', or 'identitytoken'");
        return null;
    }

    private static (string User, string Password)? Unpack(string packed)
    {
        var bytes = new byte[packed.Length];
        if (!Convert.TryFromBase64String(packed, bytes, out var length)) return null;
        // Docker pads some entries with zero bytes.
        var text = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0');
        var colon = text.IndexOf(':');
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }

    // Docker writes its hub as an address of the first API, others as host or address.
    private static string ScopeOf(string name)
    {
        var scope = name;
        var hasScheme = false;
        foreach (var scheme in (string[])["https://", "http://"])
        {
            if (!scope.StartsWith(scheme, StringComparison.Ordinal)) continue;
            scope = scope[scheme.Length..];
            hasScheme = true;
        }
        scope = scope.TrimEnd('/');
        if (hasScheme && scope.IndexOf('/') is > 0 and var slash && scope[slash..] is "/v1" or "/v2") scope = scope[..slash];
        var host = scope.Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? RegistriesConfig.DockerHub + scope[host.Length..] : scope;
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
