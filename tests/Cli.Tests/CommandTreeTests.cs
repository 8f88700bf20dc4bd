using System.CommandLine;
using Warren.Cli.Running;
using Warren.Cli.Tests.Testing;

namespace Warren.Cli.Tests;

/// <summary>What holds for every command of the tree, also for those that are yet to be made.</summary>
public sealed class CommandTreeTests
{
    private const int Columns = 80;

    // By the last word, or all words where that is not enough.
    private static readonly HashSet<string> s_reading = ["list", "inspect", "info", "tasks", "history", "audit", "events", "version", "plan", "top", "prune"];

    private static readonly HashSet<string> s_changing =
    [
        "up", "apply", "delete", "create", "update", "scale", "restart", "run", "pause", "resume", "label", "cordon", "drain", "activate", "remove", "init", "leave", "join", "revoke", "rotate", "retire",
        "leave-behind", "cluster certificate", "use", "import", "pull",
    ];

    // Their output is a container's, a script or a file.
    private static readonly HashSet<string> s_passing = ["logs", "exec", "bash", "zsh", "fish", "pwsh", "export"];

    /// <summary>What cannot be undone, with words that make the call complete.</summary>
    private static readonly Dictionary<string, string> s_destructive = new()
    {
        ["service delete"] = "web",
        ["node remove"] = "n1",
        ["secret delete"] = "key",
        ["config delete"] = "settings",
        ["volume delete"] = "data",
        ["cluster join-token revoke"] = "aaaaaaaa",
        ["cluster join-token rotate"] = "aaaaaaaa",
        ["cluster api-token revoke"] = "aaaaaaaa",
        ["cluster certificate revoke"] = "0a1b",
        ["cluster key retire"] = "",
        ["cluster ca leave-behind"] = "--step trusting",
        ["image prune"] = "",
        ["cluster leave"] = "",
        ["context remove"] = "shop",
        ["apply"] = "",
        ["delete"] = "",
    };

    public static TheoryData<string> Paths => [.. All().Select(command => command.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Help_OfEachCommand_IsTheGoldenTextAtEightyColumns(string path)
    {
        var (code, text, error) = await Outcome.OfAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        // It calls itself as the program is called, which is that of the tests here.
        var lines = text.Split('\n').Select(line => line.TrimEnd().Replace("  " + RootCommand.ExecutableName, "  warren", StringComparison.Ordinal)).ToList();
        lines.ShouldAllBe(line => line.Length <= Columns);
        new Outcome(code, string.Join('\n', lines).TrimEnd() + "\n", error).ShouldBeGolden("help/" + (path.Length == 0 ? "warren" : path.Replace(' ', '-')));
    }

    [Fact]
    public void Commands_ThatRead_ShowEachForm()
    {
        foreach (var (path, command) in Actions())
        {
            var kinds = new[] { s_reading, s_changing, s_passing }.Where(kind => kind.Contains(command.Name) || kind.Contains(path)).ToList();
            kinds.ShouldHaveSingleItem($"'warren {path}': say in this test whether it reads");
            var output = command.Options.SingleOrDefault(option => option.Name == "--output");
            if (kinds[0] != s_reading)
            {
                output.ShouldBeNull($"'warren {path}' does not read, and has --output");
                continue;
            }

            output.ShouldNotBeNull($"'warren {path}' has no --output");
            foreach (var form in new[] { "table", "json", "yaml", "name" }) Parse(path, "--output", form).ShouldNotContain(error => error.Contains("--output", StringComparison.Ordinal), $"'warren {path} --output {form}'");
            Parse(path, "--output", "xml").ShouldContain(error => error.Contains("--output", StringComparison.Ordinal), $"'warren {path} --output xml'");
        }
    }

    [Fact]
    public async Task Commands_ThatCannotBeUndone_AskAndDoNothingWithoutYes()
    {
        var asking = Actions().Where(command => command.Command.Options.Any(option => option.Name == "--yes")).Select(command => command.Path).ToList();
        asking.ShouldBe(s_destructive.Keys, ignoreOrder: true);
        Actions().Where(command => new[] { "delete", "remove", "revoke", "retire", "leave", "leave-behind" }.Contains(command.Command.Name)).Select(command => command.Path).ShouldBeSubsetOf(asking);
        await using var manager = await ScriptedManager.StartAsync();
        manager.Authority = new() { Step = V1.RotationStep.Trusting };

        // These ask only when there is something to be removed, which their own tests see to.
        foreach (var (path, words) in s_destructive.Where(pair => pair.Key is not ("cluster leave" or "context remove" or "apply" or "delete")))
        {
            var (code, error) = await AskedAsync(manager, [.. path.Split(' '), .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            error.ShouldStartWith("Really ", Case.Sensitive, path);
            (code, error.Split('\n')[0].Split("[y/N] ")[1]).ShouldBe((1, "Error: nothing was done"), path);
            manager.Asked.Where(request => request is not (V1.GetAuthorityRequest or V1.PruneImagesRequest { DryRun: true })).ShouldBeEmpty(path);
        }
    }

    [Fact]
    public async Task Words_AlmostRight_AreSuggested()
    {
        var tried = 0;
        foreach (var (path, command) in All())
        {
            var words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var known = command.Options.Where(option => !option.Hidden).Select(option => option.Name).ToList();
            foreach (var option in known.Where(name => name.Length > 6))
            {
                var outcome = await Outcome.OfAsync([.. words, option.Remove(4, 1)]);
                outcome.Code.ShouldBe(2, path);
                outcome.Error.ShouldStartWith($"Error: unknown flag '{option.Remove(4, 1)}' for 'warren{(path.Length == 0 ? "" : " " + path)}'; did you mean '--");
                tried++;
            }

            foreach (var sub in command.Subcommands.Where(sub => sub.Name.Length > 3 && command.Action is null))
            {
                var outcome = await Outcome.OfAsync([.. words, sub.Name.Remove(2, 1)]);
                outcome.Code.ShouldBe(2, path);
                outcome.Error.ShouldContain($"unknown command '{sub.Name.Remove(2, 1)}' for");
                outcome.Error.ShouldContain("; did you mean '");
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(400);
    }

    private static async Task<(int Code, string Error)> AskedAsync(ScriptedManager manager, string[] words)
    {
        using var error = new StringWriter();
        using var answer = new MemoryStream("n\n"u8.ToArray());
        using var app = new App(new(TextWriter.Null, error, answer) { IsInteractive = true }, TimeProvider.System);
        var code = await app.RunAsync(["--host", manager.SocketPath, .. words]);
        return (code, error.ToString());
    }

    private static List<string> Parse(string path, params string[] words) => [.. Root().Parse([.. path.Split(' '), .. words]).Errors.Select(error => error.Message)];

    private static RootCommand Root()
    {
        using var app = new App(new(TextWriter.Null, TextWriter.Null, Stream.Null), TimeProvider.System);
        return app.Build();
    }

    private static IEnumerable<(string Path, Command Command)> Actions() => All().Where(command => command.Command.Action is not null);

    private static IEnumerable<(string Path, Command Command)> All()
    {
        var root = Root();
        return Below("", root);

        static IEnumerable<(string Path, Command Command)> Below(string path, Command command) =>
            command.Subcommands.SelectMany(sub => Below($"{path} {sub.Name}".Trim(), sub)).Prepend((path, command));
    }
}
