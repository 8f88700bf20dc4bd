using System.Diagnostics;
using System.Globalization;
using Warren.Cli.Tests.Testing;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;

namespace Warren.Cli.Tests;

/// <summary>What can follow a line that is half typed: as the command answers it, and in shells that have sourced its scripts.</summary>
public sealed class CompletionTests
{
    // What bash itself does before it calls the function of a completion, and prints after it.
    private const string Bash = """
        PATH="$1:$PATH"; source <(warren completion bash)
        IFS=' ' read -r -a COMP_WORDS <<<"${2//=/ = }"; [[ "$2" == *" " ]] && COMP_WORDS+=("")
        COMP_LINE=$2 COMP_POINT=${#2} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        cd "$1"; $(complete -p "${COMP_WORDS[0]##*/}" | grep -o '_[a-z]*')
        echo "${COMPREPLY[@]}"
        """;

    // The same of zsh, whose builtins can be called by its line editor alone.
    private const string Zsh = """
        PATH="$1:$PATH"; cd "$1"; source <(warren completion zsh)
        compadd() { local -a all=(${(P)@[-1]}); print -rn -- "${all[@]} " }
        compset() { PREFIX=${PREFIX#${~2}} }
        _files() { print -r -- ${PREFIX}*(N) }
        words=(${(s: :)2}); [[ "$2" == *" " ]] && words+=("")
        CURRENT=$#words PREFIX=${words[-1]}
        ${_comps[${words[1]:t}]}
        """;

    private const string Fish = """
        set PATH $argv[1] $PATH; cd $argv[1]; warren completion fish | source
        complete -C "$argv[2]" | string replace -r '\t.*' '' | string join ' '
        """;

    public static TheoryData<string, string> Lines => new()
    {
        { "warren serv", "service" },
        { "warren service cre", "create" },
        { "warren service create --pub", "--publish" },
        { "warren service create --mode ", "cron global job replicated" },
        { "warren service create --mode=re", "--mode=replicated" },
        { "wrn node dr", "drain" },
        { "wrn service list --output ", "json name table yaml" },
        { "warren apply --file comp", "compose.yaml" },
        { "warren apply --file=comp", "--file=compose.yaml" },
    };

    [Theory]
    [InlineData("warren ver", "version")]
    [InlineData("warren servise ", "")]
    [InlineData("warren cluster ca ", "inspect leave-behind rotate")]
    [InlineData("warren service ls --ou", "--output")]
    [InlineData("warren service list --out x --qui", "--quiet")]
    [InlineData("warren --host /x service in", "inspect")]
    [InlineData("warren --host service list --fi", "")]
    [InlineData("warren top ", "nodes services tasks")]
    [InlineData("warren top --sort=", "--sort=cpu --sort=memory --sort=name")]
    [InlineData("warren cluster api-token create ci --role ", "admin operator viewer")]
    [InlineData("warren cluster join-token create --role w", "worker")]
    [InlineData("warren events --kind se", "secret service")]
    [InlineData("warren volume create --driver ", "local nfs")]
    [InlineData("warren apply -f ", ":file")]
    [InlineData("warren apply --file=shop", ":file")]
    [InlineData("warren secret create key ./k", ":file")]
    [InlineData("warren service create --workdir ", "")]
    [InlineData("warren service create nginx --pub", "")]
    [InlineData("warren service exec web ls --", "")]
    [InlineData("warren service create -- --pub", "")]
    [InlineData("warren version x", "")]
    [InlineData("warren --nonsense=", "")]
    [InlineData("", "apply cluster completion config context delete events image manager node plan secret service task top up version volume worker")]
    public async System.Threading.Tasks.Task Line_ThatIsHalfTyped_IsAnsweredWithWholeWords(string line, string wanted) => (await AskAsync(line)).ShouldBe(wanted);

    [Theory]
    [InlineData("service inspect ", "api web")]
    [InlineData("service delete api w", "web")]
    [InlineData("service scale w", "web=")]
    [InlineData("service tasks api ", "api web")]
    [InlineData("service history api ", "")]
    [InlineData("service create ", "")]
    [InlineData("secret create ", "")]
    [InlineData("service logs a", "api")]
    [InlineData("service exec a", "api")]
    [InlineData("task inspect ", "web.1.1")]
    [InlineData("node drain ", "n1 node-1")]
    [InlineData("node label node-1 ", "")]
    [InlineData("events --service=w", "--service=web")]
    [InlineData("top --node ", "n1 node-1")]
    [InlineData("service update --secret-add ", "key")]
    public async System.Threading.Tasks.Task Names_OfWhatTheClusterHas_AreAnswered(string words, string wanted)
    {
        await using var manager = await ScriptedManager.StartAsync();
        foreach (var name in new[] { "web", "api" }) manager.Services.Add(new() { Revision = new() { Spec = new() { Name = name } } });
        manager.Tasks.Add(new() { Id = "web.1.1" });
        manager.Nodes.Add(new() { Id = "n1", Description = new() { Name = "node-1" } });
        manager.Secrets.Add(new() { Name = "key" });
        (await AskAsync($"warren --host {manager.SocketPath} {words}", time: new PatientTime())).ShouldBe(wanted);
    }

    [Fact]
    public async System.Threading.Tasks.Task Names_OfAManagerThatIsAway_AreNone()
    {
        using var folder = TempFolder.Create("completion");
        (await AskAsync($"warren --host {folder.File("no.sock")} service inspect ")).ShouldBe("");
        (await AskAsync("warren --host 192.0.2.1 service inspect ")).ShouldBe("");
    }

    [Theory]
    [InlineData("warren service list", 10, "service")]
    [InlineData("warren service ", 99, "create delete exec history inspect list logs pause restart resume run scale tasks update")]
    public async System.Threading.Tasks.Task Cursor_WithinOrBeyondTheLine_IsWhatCounts(string line, int position, string wanted) => (await AskAsync(line, position)).ShouldBe(wanted);

    [Theory]
    [MemberData(nameof(Lines))]
    public async System.Threading.Tasks.Task Bash_LineThatIsHalfTyped_IsCompleted(string line, string wanted) =>
        (await InShellAsync(line, "bash", "--norc", "-c", Bash, "bash")).ShouldBe(wanted.Split('=')[^1]);

    [Theory]
    [MemberData(nameof(Lines))]
    public async System.Threading.Tasks.Task Zsh_LineThatIsHalfTyped_IsCompleted(string line, string wanted) =>
        (await InShellAsync(line, "zsh", "-f", "-c", Zsh, "zsh")).ShouldBe(line.Contains("--file=", StringComparison.Ordinal) ? wanted.Split('=')[^1] : wanted);

    [Theory]
    [MemberData(nameof(Lines))]
    public async System.Threading.Tasks.Task Fish_LineThatIsHalfTyped_IsCompleted(string line, string wanted) => (await InShellAsync(line, "fish", "--no-config", "-c", Fish)).ShouldBe(wanted);

    private static async Task<string> AskAsync(string line, int? position = null, TimeProvider? time = null)
    {
        var (code, output, error) = await Outcome.OfAsync([], time ?? TimeProvider.System, string.Create(CultureInfo.InvariantCulture, $"[suggest:{position ?? line.Length}]"), line);
        (code, error).ShouldBe((0, ""));
        return output.TrimEnd().Replace('\n', ' ');
    }

    // In a folder that has the command under both names, and a file.
    private static async Task<string> InShellAsync(string line, string shell, params string[] arguments)
    {
        using var folder = TempFolder.Create("completion");
        foreach (var name in new[] { "warren", "wrn" }) File.CreateSymbolicLink(folder.File(name), CliProgram.Path);
        await File.WriteAllTextAsync(folder.File("compose.yaml"), "");
        var start = new ProcessStartInfo(shell, [.. arguments, folder.Path, line]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = folder.Path;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        (await errors).ShouldBe("");
        return (await output).Trim();
    }

    // Whatever is waited for is waited for to its end.
    private sealed class PatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
