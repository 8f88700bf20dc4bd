using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Grpc.Core;
using Warren.Cli.Contexts;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Completing;

/// <summary>
/// What can follow a line that is half typed: commands, flags, the words of which a flag takes one, and the names that the cluster has. A shell asks by
/// <c>warren [suggest:POSITION] LINE</c>, and is answered with the whole words that begin as the last one does, one a line, or with <see cref="File"/>.
/// </summary>
internal static class Completion
{
    /// <summary>The answer where a file is wanted: the shell knows best how these are completed.</summary>
    public const string File = ":file";

    private const string Directive = "[suggest:";

    // What a flag is called whose value is a name; what help calls a value that is a file of this machine.
    private static readonly string[] s_named = ["service", "node", "secret", "config", "context"], s_files = ["file", "folder", "path"];

    // A name that does not exist yet; a folder in a container.
    private static readonly string[] s_making = ["create", "import"], s_elsewhere = ["--workdir"];

    // Nobody waits longer for a key to have an effect.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>Whether a shell asks.</summary>
    public static bool IsAsked(string[] arguments) => arguments is [{ } directive, _] && directive.StartsWith(Directive, StringComparison.Ordinal);

    /// <summary>Answers a shell.</summary>
    public static async Task<int> AnswerAsync(App app, string[] arguments)
    {
        var line = arguments[1];
        if (int.TryParse(arguments[0][Directive.Length..].TrimEnd(']'), out var position) && position >= 0 && position < line.Length) line = line[..position];
        var words = CommandLineParser.SplitCommandLine(line).Skip(1).ToList();
        if (words.Count == 0 || char.IsWhiteSpace(line[^1])) words.Add("");
        var (before, begun) = (words[..^1], words[^1]);
        var answers = await WordsAsync(app, before, begun);
        foreach (var word in answers.Where(word => word == File || word.StartsWith(begun, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal))
            await app.Terminal.Out.WriteLineAsync(word);
        return ExitCodes.Done;
    }

    private static async Task<IEnumerable<string>> WordsAsync(App app, List<string> before, string begun)
    {
        var root = app.Build([.. before]);
        var line = HalfLine.Read(root, before);
        if (line.Flag is { } flag) return await ValuesAsync(app, root.Parse(before[..^1]), flag);
        if (line.IsOver) return [];
        var parsed = root.Parse(before);
        if (begun.StartsWith('-'))
        {
            var name = begun.Split('=')[0];
            if (name.Length == begun.Length) return line.Flags.Select(known => known.Name);
            return line.Find(name) is { } found ? (await ValuesAsync(app, parsed, found)).Select(value => value == File ? value : $"{name}={value}") : [];
        }

        if (line.Command.Subcommands.Count > 0 && line.Names == 0) return line.Command.Subcommands.Select(command => command.Name);
        var last = line.Command.Arguments.Count - 1;
        if (last < 0 || (line.Names > last && line.Command.Arguments[last].Arity.MaximumNumberOfValues == 1)) return [];
        return await ValuesAsync(app, parsed, line.Command, line.Command.Arguments[Math.Min(line.Names, last)]);
    }

    private static async Task<IEnumerable<string>> ValuesAsync(App app, ParseResult parsed, Option flag)
    {
        if (s_files.Contains(flag.HelpName) && !s_elsewhere.Contains(flag.Name)) return [File];
        var noun = Array.Find(s_named, named => flag.Name == "--" + named || flag.Name == $"--{named}-add" || flag.Name == $"--{named}-rm");
        return noun is null ? Labels(flag) : await NamesAsync(app, parsed, noun);
    }

    private static async Task<IEnumerable<string>> ValuesAsync(App app, ParseResult parsed, Command command, Argument argument)
    {
        if (s_files.Contains(argument.Name)) return [File];
        if (s_making.Contains(command.Name)) return [];
        if (argument.Name == "service=replicas") return (await NamesAsync(app, parsed, "service")).Select(name => name + "=");
        var isContext = argument.Name == "name" && command.Parents.Any(parent => parent.Name == "context");
        return Labels(argument).Concat(await NamesAsync(app, parsed, isContext ? "context" : argument.Name));
    }

    private static IEnumerable<string> Labels(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label);

    // A manager that does not answer leaves the line as it is.
    private static async Task<IEnumerable<string>> NamesAsync(App app, ParseResult parsed, string noun)
    {
        if (noun == "context") return new ContextStore(app.Terminal).Names();
        using var limit = new CancellationTokenSource(s_limit, app.Time);
        using var call = new Call(app, parsed, limit.Token);
        try
        {
            return await KnownNames.ReadAsync(call, noun) ?? [];
        }
        catch (Exception failure) when (failure is RpcException or CliException or OperationCanceledException)
        {
            return [];
        }
    }
}
