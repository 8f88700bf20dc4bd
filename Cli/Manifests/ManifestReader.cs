using Google.Protobuf;
using Warren.Cli.Errors;
using Warren.V1;

namespace Warren.Cli.Manifests;

/// <summary>Reads resources from documents: <c>apiVersion</c>, <c>kind</c>, and the fields of its spec beside them.</summary>
internal sealed class ManifestReader(FileProblems problems, Interpolation interpolation)
{
    /// <summary>What <c>apiVersion</c> must be.</summary>
    public const string ApiVersion = "warren/v1";

    /// <summary>The kinds, and what each is.</summary>
    public static readonly IReadOnlyDictionary<string, ResourceKind> Kinds = new Dictionary<string, ResourceKind>
    {
        ["Service"] = ResourceKind.Service,
        ["Job"] = ResourceKind.Service,
        ["CronJob"] = ResourceKind.Service,
        ["Secret"] = ResourceKind.Secret,
        ["Config"] = ResourceKind.Config,
        ["Volume"] = ResourceKind.Volume,
    };

    private const string VersionField = "apiVersion", KindField = "kind", NameField = "name", FileField = "file";

    /// <summary>Reads a document; null if it does not say what it is.</summary>
    /// <param name="file">The file, as problems name it.</param>
    /// <param name="folder">The folder that paths in it begin in.</param>
    /// <param name="document">The document.</param>
    public Manifest? Read(string file, string folder, YamlNode document)
    {
        if (document is not YamlMapping mapping)
        {
            problems.Add(file, document.Line, "", $"a document must be a mapping with {VersionField}, {KindField} and {NameField}");
            return null;
        }

        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var reader = new MessageReader(file, problems, interpolation, lines);
        var version = Word(reader, mapping, VersionField, file);
        if (version is not null && version != ApiVersion) problems.Add(file, mapping.Find(VersionField)!.Line, VersionField, $"must be {ApiVersion}, was '{version}'");
        if (Word(reader, mapping, KindField, file) is not { } word) return null;
        if (!Kinds.TryGetValue(word, out var kind))
        {
            var meant = Suggestions.For(word, Kinds.Keys);
            problems.Add(file, mapping.Find(KindField)!.Line, KindField, $"must be one of {string.Join(", ", Kinds.Keys)}, was '{word}'{(meant is null ? "" : $"; did you mean '{meant}'?")}");
            return null;
        }

        var resource = new Resource();
        var name = kind switch
        {
            ResourceKind.Service => ReadService(reader, mapping, word, file, resource),
            ResourceKind.Secret => ReadSecret(reader, mapping, file, folder, resource),
            ResourceKind.Config => ReadConfig(reader, mapping, file, folder, resource),
            _ => ReadVolume(reader, mapping, resource),
        };
        return new(file, mapping.Line, kind, name, resource, lines);
    }

    private string? Word(MessageReader reader, YamlMapping mapping, string field, string file)
    {
        if (mapping.Find(field) is YamlScalar { IsNull: false } scalar) return reader.Text(scalar, field);
        problems.Add(file, mapping.Line, field, "must be given");
        return null;
    }

    private string ReadService(MessageReader reader, YamlMapping mapping, string kind, string file, Resource resource)
    {
        var spec = resource.Service = new();
        reader.Read(spec, mapping, "", VersionField, KindField);
        var (isJob, isCron) = (kind == "Job", kind == "CronJob");
        if ((isJob || isCron) && mapping.Find("mode") is { } mode) problems.Add(file, mode.Line, "mode", $"must be left out, the kind {kind} says it");
        if (isJob) spec.Mode = ServiceMode.Job;
        if (isCron) spec.Mode = ServiceMode.Cron;
        return spec.Name;
    }

    private string ReadSecret(MessageReader reader, YamlMapping mapping, string file, string folder, Resource resource)
    {
        var spec = resource.Secret = new();
        reader.Read(spec, mapping, "", VersionField, KindField, FileField);
        if (Content(reader, mapping, "value", file, folder) is { } content) spec.Value = content;
        return spec.Name;
    }

    private string ReadConfig(MessageReader reader, YamlMapping mapping, string file, string folder, Resource resource)
    {
        var spec = resource.Config = new();
        reader.Read(spec, mapping, "", VersionField, KindField, FileField);
        if (Content(reader, mapping, "content", file, folder) is { } content) spec.Content = content;
        return spec.Name;
    }

    private static string ReadVolume(MessageReader reader, YamlMapping mapping, Resource resource)
    {
        resource.Volume = new();
        reader.Read(resource.Volume, mapping, "", VersionField, KindField);
        return resource.Volume.Name;
    }

    // Written in the document, or in a file beside it.
    private ByteString? Content(MessageReader reader, YamlMapping mapping, string field, string file, string folder)
    {
        var source = mapping.Find(FileField);
        if (source is null && mapping.Find(field) is null) problems.Add(file, mapping.Line, field, $"must be given, or {FileField} with the path of a file that holds it");
        if (source is null) return null;
        if (mapping.Find(field) is not null)
        {
            problems.Add(file, source.Line, FileField, $"must be left out when {field} is given");
            return null;
        }

        if (source is not YamlScalar scalar)
        {
            problems.Add(file, source.Line, FileField, "must be the path of a file");
            return null;
        }

        try
        {
            return ByteString.CopyFrom(File.ReadAllBytes(Path.Combine(folder, reader.Text(scalar, FileField))));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add(file, source.Line, FileField, $"must be a file that can be read: {failure.Message}");
            return null;
        }
    }
}
