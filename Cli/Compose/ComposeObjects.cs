using System.Text;
using Google.Protobuf;
using Warren.Cli.Manifests;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>The volumes, secrets and configs of a compose file, and what services call them.</summary>
internal sealed class ComposeObjects(ComposeFile file)
{
    private readonly List<Manifest> _manifests = [];
    private readonly Dictionary<(ResourceKind, string), string> _names = [];

    /// <summary>Those that the file makes.</summary>
    public IReadOnlyList<Manifest> Manifests => _manifests;

    /// <summary>Reads a section.</summary>
    public void Read(ComposeValue section, ResourceKind kind)
    {
        foreach (var (key, value) in section.Names()) ReadOne(key, value, kind);
    }

    /// <summary>The name in Warren of what a service names; what the file does not declare is noted.</summary>
    public string NameOf(ResourceKind kind, string key, ComposeValue at)
    {
        if (_names.TryGetValue((kind, key), out var name)) return name;
        at.Problem($"'{key}' is not declared; declare it under {Section(kind)}");
        return key;
    }

    private static string Section(ResourceKind kind) => kind.ToString().ToLowerInvariant() + "s";

    private void ReadOne(string key, ComposeValue value, ResourceKind kind)
    {
        var (name, isExternal) = (key, false);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var volume = new VolumeSpec();
        ByteString? content = null;
        foreach (var (field, at) in value.Keys($"{Section(kind)}.*"))
        {
            switch (field)
            {
                case "name":
                    name = at.Text() ?? key;
                    break;
                case "external":
                    isExternal = at.Yes();
                    break;
                case "labels":
                    foreach (var (label, text, _) in at.Pairs()) labels[label] = text ?? "";
                    break;
                case "driver":
                    at.Use(text => volume.Driver = text);
                    break;
                case "driver_opts":
                    foreach (var (option, text, _) in at.Pairs()) volume.Options[option] = text ?? "";
                    break;
                default:
                    content = Content(field, at);
                    break;
            }
        }

        _names[(kind, key)] = name;
        if (isExternal) return;
        var resource = new Resource();
        switch (kind)
        {
            case ResourceKind.Secret:
                resource.Secret = new() { Name = name, Labels = { labels } };
                if (content is not null) resource.Secret.Value = content;
                break;
            case ResourceKind.Config:
                resource.Config = new() { Name = name, Labels = { labels } };
                if (content is not null) resource.Config.Content = content;
                break;
            default:
                volume.Name = name;
                volume.Labels.Add(labels);
                resource.Volume = volume;
                break;
        }

        if (content is null && kind != ResourceKind.Volume && value.IsMapping && value.Node is YamlMapping mapping && !mapping.Entries.Any(entry => entry.Key.Text is "file" or "environment" or "content"))
            value.Problem("must say where its content is: file, environment, or external");
        _manifests.Add(new(file.Name, value.Node.Line, kind, name, resource, new Dictionary<string, int>()));
    }

    private ByteString? Content(string field, ComposeValue at)
    {
        if (at.Text() is not { } text) return null;
        if (field == "content") return ByteString.CopyFrom(text, Encoding.UTF8);
        if (field == "environment")
        {
            if (file.Variable(text) is { } value) return ByteString.CopyFrom(value, Encoding.UTF8);
            at.Problem($"the variable {text} is not set");
            return null;
        }

        try
        {
            return ByteString.CopyFrom(File.ReadAllBytes(file.PathOf(text)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            at.Problem($"must be a file that can be read: {failure.Message}");
            return null;
        }
    }
}
