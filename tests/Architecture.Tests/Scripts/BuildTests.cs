using System.Text.RegularExpressions;

namespace Warren.Architecture.Tests.Scripts;

/// <summary>What the commands' build does with files of builds that did not end, in a checkout of its own with a script in place of dotnet.</summary>
public sealed class BuildTests : IDisposable
{
    private const string Build = "build A.sln";

    private const string Assembly = "Agent/bin/Release/net10.0/Agent.dll";

    private const string Intermediate = "Agent/obj/Release/net10.0/Agent.dll";

    private const string Published = "Agent/bin/Release/net10.0/linux-x64/publish/Agent.dll";

    private const string Image = "Agent/obj/Release/net10.0/linux-x64/R2R/Agent.dll";

    private const string Restored = "Agent/obj/project.assets.json";

    private const string Debug = "Agent/bin/Debug/net10.0/Agent.dll";

    private readonly string _root = Directory.CreateTempSubdirectory("warren-build-").FullName;

    public BuildTests()
    {
        Directory.CreateDirectory(Place("scripts"));
        File.Copy(Repository.Absolute("scripts/common.sh"), Place("scripts/common.sh"));
        foreach (var file in (string[])[Assembly, Intermediate, Published, Image, Restored, Debug])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Place(file))!);
            File.WriteAllText(Place(file), "of before");
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Build_TheLastOneEnded_KeepsItsFiles()
    {
        (await RunAsync("true", Build)).Output.ShouldBe("built A.sln\n");
        (await RunAsync("true", Build)).Output.ShouldBe("built A.sln\n");
        Kept().ShouldBe([Assembly, Intermediate, Published, Image, Restored, Debug]);
    }

    [Fact]
    public async Task Build_TheLastOneWasKilledWithItsCommand_StartsAnew()
    {
        await RunAsync("kill -9 $PPID; kill -9 $$", Build);
        Kept().ShouldBe([Assembly, Intermediate, Published, Image, Restored, Debug]);

        // What it started is killed a moment after it.
        await Command.RunAsync("flock", Place(".artifacts/build.lock"), "true");
        var next = await RunAsync("true", Build);
        next.Output.ShouldBe("the last build was cut off: building everything again\nbuilt A.sln\n");
        Kept().ShouldBe([Restored, Debug]);
        (await RunAsync("true", Build)).Output.ShouldBe("built A.sln\n");
    }

    [Fact]
    public async Task Build_TheCompilerIsKilled_FailsAndTheNextStartsAnew()
    {
        var killed = await RunAsync("echo so far; kill -9 $$", Build + " || say failed");
        killed.Output.ShouldBe("so far\nfailed\n");

        (await RunAsync("true", Build)).Output.ShouldStartWith("the last build was cut off");
        Kept().ShouldBe([Restored, Debug]);
    }

    [Fact]
    public async Task Build_Interrupted_TheNextStartsAnew()
    {
        var interrupted = await RunAsync("kill -TERM $PPID; sleep 60", Build);
        interrupted.ExitCode.ShouldBe(143);

        (await RunAsync("true", Build)).Output.ShouldStartWith("the last build was cut off");
    }

    [Fact]
    public async Task Build_InterruptedAsItStartsTheCompiler_LeavesNothingRunning()
    {
        // The compiler is started, and the command does not know it by its id yet.
        const string Interrupt = """set -T; trap '[ "$BASH_COMMAND" != "child=\$!" ] || kill -TERM $$' DEBUG; """;
        (await RunAsync("sleep 60", Interrupt + Build)).ExitCode.ShouldBe(143);
        (await Command.RunAsync("flock", "--nonblock", Place(".artifacts/build.lock"), "true")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Build_Fails_OnlyWhatItCompiledAheadOfTimeGoes()
    {
        var failed = await RunAsync($"sleep 0.05; echo half >{Image}; echo 'no room'; exit 1", Build + " || say failed");
        failed.Output.ShouldBe("no room\nfailed\n");
        Kept().ShouldBe([Assembly, Intermediate, Published, Restored, Debug]);

        (await RunAsync("true", Build)).Output.ShouldBe("built A.sln\n");
    }

    [Fact]
    public async Task Build_AnotherOneIsUnderWay_WaitsForItAlsoWhenItsCommandIsGone()
    {
        // The command is killed, and what it started goes on until the file is there.
        await RunAsync("kill -9 $PPID; exec >/dev/null 2>&1; until [ -e go ]; do sleep 0.02; done; echo whole >made", Build);
        File.Exists(Place("made")).ShouldBeFalse();

        // It waits once it has said so.
        var waiting = RunAsync("cat made", $"{{ {Build}; cat .artifacts/build.log; }} | tee said");
        while (!waiting.IsCompleted && !(File.Exists(Place("said")) && (await File.ReadAllTextAsync(Place("said"))).Contains("waiting for another build", StringComparison.Ordinal)))
            await Task.Delay(20);
        waiting.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(Place("go"), "");
        (await waiting).Output.ShouldBe(
            "waiting for another build of this checkout\nthe last build was cut off: building everything again\nbuilt A.sln\nwhole\n");
    }

    private string Place(string path) => Path.Combine(_root, path);

    private IEnumerable<string> Kept() => new[] { Assembly, Intermediate, Published, Image, Restored, Debug }.Where(file => File.Exists(Place(file)));

    private async Task<CommandResult> RunAsync(string dotnet, string command)
    {
        // Moved into its place, since one of before may still be read.
        var written = Place("dotnet");
        await File.WriteAllTextAsync(written, "#!/usr/bin/env bash\n" + dotnet + "\n");
        File.SetUnixFileMode(written, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Place("programs"));
        File.Move(written, Place("programs/dotnet"), overwrite: true);
        var result = await Command.RunAsync("bash", "-c", $"set -euo pipefail; PATH={_root}/programs:$PATH; . {_root}/scripts/common.sh; {command}");
        return result with { Output = Regex.Replace(result.Output, @"(?<=\.sln) in \d+ s$", "", RegexOptions.Multiline) };
    }
}
