using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Warren.Images.Registry;

/// <summary>The file that says how registries are reached (docs/images.md).</summary>
internal sealed partial class RegistriesConfig
{
    public const string DockerHub = "docker.io";

    private static readonly JsonDocumentOptions s_format = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly FrozenDictionary<string, RegistrySettings> _registries;

    private RegistriesConfig(FrozenDictionary<string, RegistrySettings> registries) => _registries = registries;

    public static RegistriesConfig Empty { get; } = new(FrozenDictionary<string, RegistrySettings>.Empty);

    public RegistrySettings For(string host) => _registries.GetValueOrDefault(host, RegistrySettings.Default);

    /// <exception cref="FormatException">Names all problems.</exception>
    public static RegistriesConfig Parse(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, s_format);
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is no JSON: {e.Message}", e);
        }
        using (document)
        {
            var problems = new List<string>();
            var registries = Read(document.RootElement, problems);
            return problems.Count == 0
                ? new(registries.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase))
                : throw new FormatException(string.Join("; ", problems));
        }
    }

    private static Dictionary<string, RegistrySettings> Read(JsonElement root, List<string> problems)
    {
        var registries = new Dictionary<string, RegistrySettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in Members(root, "the file", problems))
        {
            if (member.Name != "registries")
            {
                problems.Add($"{member.Name}: unknown, only 'registries' is known");
                continue;
            }
            foreach (var registry in Members(member.Value, "registries", problems))
            {
                var path = $"registries[{registry.Name}]";
                if (!Host().IsMatch(registry.Name)) problems.Add($"{path}: must be a host name or address, with a port after ':' if need be");
                if (!registries.TryAdd(registry.Name, ReadSettings(registry.Value, path, problems))) problems.Add($"{path}: stands there twice");
            }
        }
        return registries;
    }

    private static RegistrySettings ReadSettings(JsonElement element, string path, List<string> problems)
    {
        var settings = RegistrySettings.Default;
        foreach (var member in Members(element, path, problems))
        {
            var at = $"{path}.{member.Name}";
            switch (member.Name)
            {
                case "insecure":
                    settings = settings with { Security = ReadSecurity(Text(member.Value), at, problems) };
                    break;
                case "ca":
                    settings = settings with { CaFile = Text(member.Value) };
                    if (!Path.IsPathRooted(settings.CaFile)) problems.Add($"{at}: must be the absolute path of a PEM file, was '{settings.CaFile}'");
                    break;
                case "mirrors" when member.Value.ValueKind == JsonValueKind.Array:
                    settings = settings with
                    {
                        Mirrors = [.. member.Value.EnumerateArray().Select((mirror, index) => ReadMirror(Text(mirror), $"{at}[{index}]", problems))],
                    };
                    break;
                case "mirrors":
                    problems.Add($"{at}: must be a list");
                    break;
                default:
                    problems.Add($"{at}: unknown, 'mirrors', 'ca' and 'insecure' are known");
                    break;
            }
        }
        if (settings is { Security: not RegistrySecurity.Verified, CaFile: not null })
            problems.Add($"{path}: 'ca' has no meaning for a registry that is not verified; leave out 'ca' or 'insecure'");
        return settings;
    }

    private static RegistrySecurity ReadSecurity(string? text, string path, List<string> problems)
    {
        switch (text)
        {
            case "plain-http": return RegistrySecurity.PlainHttp;
            case "unverified-tls": return RegistrySecurity.UnverifiedTls;
            default:
                problems.Add($"{path}: must be 'plain-http' or 'unverified-tls', was '{text}'");
                return RegistrySecurity.Verified;
        }
    }

    private static RegistryMirror ReadMirror(string? text, string path, List<string> problems)
    {
        var slash = text?.IndexOf('/') ?? -1;
        var host = slash < 0 ? text ?? "" : text![..slash];
        var prefix = slash < 0 ? "" : text![(slash + 1)..].TrimEnd('/');
        if (!Host().IsMatch(host) || (slash >= 0 && !Prefix().IsMatch(prefix)))
            problems.Add($"{path}: must be a host with port and path if need be, as in 'mirror.example:5000/hub', was '{text}'");
        return new(host, prefix.Length == 0 ? "" : prefix + "/");
    }

    private static IEnumerable<JsonProperty> Members(JsonElement element, string path, List<string> problems)
    {
        if (element.ValueKind == JsonValueKind.Object) return element.EnumerateObject();
        problems.Add($"{path}: must be an object");
        return [];
    }

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();

    [GeneratedRegex(@"^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"^[a-z0-9._/-]+\z")]
    private static partial Regex Prefix();
}
