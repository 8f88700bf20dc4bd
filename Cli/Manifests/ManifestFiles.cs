using System.CommandLine;
using Warren.Cli.Compose;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Manifests;

/// <summary>The files of a command: the flag <c>--file</c>, each a file, a folder, or <c>-</c> for standard input.</summary>
internal sealed class ManifestFiles
{
    private const string StandardInput = "-";

    private static readonly string[] s_endings = [".yaml", ".yml"];

    private readonly Option<string[]> _files = new("--file", "-f") { Description = "A file, a folder with *.yaml and *.yml, or - for standard input", HelpName = "path", Arity = ArgumentArity.OneOrMore, Required = true };

    private readonly Option<string[]> _profiles = new("--profile") { Description = "Of a compose file, also the services of this profile; * for all", HelpName = "name", Arity = ArgumentArity.OneOrMore };

    /// <summary>Gives a command the flags.</summary>
    public void AddTo(Command command)
    {
        command.Add(_files);
        command.Add(_profiles);
    }

    /// <summary>Reads all resources. What is wrong with them is noted, and what can be read is returned all the same.</summary>
    /// <exception cref="CliException">A file cannot be read, or there is none.</exception>
    public async Task<List<Manifest>> ReadAsync(Call call, FileProblems problems)
    {
        var reader = new ManifestReader(problems, new(call.Terminal.Variable));
        var compose = new ComposeReader(problems, call.Terminal.Variable, Profiles(call));
        var manifests = new List<Manifest>();
        foreach (var (file, folder, text) in await TextsAsync(call))
        {
            foreach (var document in YamlReader.Read(file, text, problems))
            {
                if (ComposeReader.IsCompose(document)) manifests.AddRange(compose.Read(file, folder, document));
                else if (reader.Read(file, folder, document) is { } manifest) manifests.Add(manifest);
            }
        }

        if (!call.IsQuiet)
        {
            foreach (var note in problems.Notes) call.Remark(note.ToString());
        }

        if (manifests.Count == 0 && problems.Found.Count == 0)
            throw new CliException(ExitCodes.Usage, $"there are no resources in {string.Join(", ", call.Get(_files)!)}", $"each begins with apiVersion: {ManifestReader.ApiVersion} and its kind, or has services as a compose file");
        return manifests;
    }

    private string[] Profiles(Call call) =>
        [.. call.Get(_profiles) ?? [], .. (call.Terminal.Variable("COMPOSE_PROFILES") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private async Task<List<(string File, string Folder, string Text)>> TextsAsync(Call call)
    {
        var texts = new List<(string, string, string)>();
        foreach (var path in call.Get(_files)!.Distinct())
        {
            try
            {
                if (path == StandardInput)
                {
                    using var input = new StreamReader(call.Terminal.In, leaveOpen: true);
                    texts.Add(("<stdin>", Directory.GetCurrentDirectory(), await input.ReadToEndAsync(call.Cancellation)));
                    continue;
                }

                var isFolder = Directory.Exists(path);
                IReadOnlyList<string> files = isFolder ? [.. Directory.GetFiles(path).Where(file => s_endings.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)] : [path];
                if (files.Count == 0) throw new CliException(ExitCodes.Usage, $"there are no files *.yaml or *.yml in {path}", "name a file, or another folder");
                foreach (var file in files)
                    texts.Add((file, Path.GetDirectoryName(Path.GetFullPath(file))!, await File.ReadAllTextAsync(file, call.Cancellation)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCodes.Usage, failure.Message, "name a file that can be read, a folder, or - for standard input");
            }
        }

        return texts;
    }
}
