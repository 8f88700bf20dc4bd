using Warren.Cli.Manifests;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Reads compose files: what each of their services, volumes, secrets and configs is in Warren.</summary>
internal sealed class ComposeReader(FileProblems problems, Func<string, string?> variable, IReadOnlyCollection<string> profiles)
{
    private const string ProjectLabel = "compose.project";

    /// <summary>Whether a document is of a compose file: it has services, and no version of Warren's manifests.</summary>
    public static bool IsCompose(YamlNode document) => document is YamlMapping mapping && mapping.Find("services") is not null && mapping.Find("apiVersion") is null;

    /// <summary>Reads a document.</summary>
    /// <param name="file">The file, as problems name it.</param>
    /// <param name="folder">The folder that paths in it begin in.</param>
    /// <param name="document">The document.</param>
    /// <returns>What it is in Warren; services in the order in which they depend on each other.</returns>
    public IReadOnlyList<Manifest> Read(string file, string folder, YamlNode document)
    {
        var compose = new ComposeFile(file, folder, problems, variable);
        var parts = new ComposeValue(compose, document, "").Keys("(file)").ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var project = parts.TryGetValue("name", out var name) ? name.Text() ?? "" : Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var objects = new ComposeObjects(compose);
        foreach (var (section, kind) in new[] { ("secrets", ResourceKind.Secret), ("configs", ResourceKind.Config), ("volumes", ResourceKind.Volume) })
        {
            if (parts.TryGetValue(section, out var declared)) objects.Read(declared, kind);
        }

        var all = parts["services"].Names().Where(pair => !pair.Name.StartsWith("x-", StringComparison.Ordinal)).ToList();
        var chosen = all.Where(pair => IsChosen(pair.Value)).ToList();
        var services = chosen.Select(pair => (pair.Value, Reader: ComposeService.Read(pair.Name, pair.Value, objects))).ToList();
        var ordered = ComposeOrder.Sort(services.ConvertAll(pair => (pair.Reader, pair.Value)), [.. all.Select(pair => pair.Name)]);
        foreach (var manifest in objects.Manifests.Concat(ordered)) Labels(manifest)[ProjectLabel] = project;
        return [.. objects.Manifests, .. ordered];
    }

    private static IDictionary<string, string> Labels(Manifest manifest) => manifest.Kind switch
    {
        ResourceKind.Service => manifest.Resource.Service.Labels,
        ResourceKind.Secret => manifest.Resource.Secret.Labels,
        ResourceKind.Config => manifest.Resource.Config.Labels,
        _ => manifest.Resource.Volume.Labels,
    };

    private bool IsChosen(ComposeValue service)
    {
        if (service.Node is not YamlMapping mapping || mapping.Find("profiles") is not { } node) return true;
        var names = (service with { Node = node, Path = service.Path + ".profiles" }).Items().Select(item => item.Text()).OfType<string>().ToList();
        var isChosen = names.Count == 0 || profiles.Contains("*") || names.Exists(profiles.Contains);
        if (!isChosen) service.File.Note(node.Line, service.Path, $"is left out; --profile {names[0]} takes it in");
        return isChosen;
    }
}
