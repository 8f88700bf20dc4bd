using Warren.Cli.Tests.Testing;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Cli.Tests;

/// <summary>What the command writes to terminals and pipes, as whoever is at the other end gets it.</summary>
public sealed class StandardStreamTests
{
    // A pipe of one page that the command may not wait for, read a little at a time.
    private const string SmallPipe = """
        import fcntl, os, select, subprocess, sys
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(writer, False)
        child = subprocess.Popen(sys.argv[1:], stdout=writer)
        os.close(writer)
        while piece := os.read(reader, 100):
            sys.stdout.buffer.write(piece)
        sys.exit(child.wait())
        """;

    [Fact]
    public async Task Output_OnATerminal_IsTextAlone()
    {
        var piped = await Tool.RunAsync(CliProgram.Path, "completion", "zsh");
        (await Tool.RunAsync("python3", "-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))", CliProgram.Path, "completion", "zsh")).ShouldBe(piped.Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Output_OfAPipeThatIsFullAgainAndAgain_IsWhole()
    {
        var whole = await Tool.RunAsync(CliProgram.Path, "service", "create", "--help");
        whole.Length.ShouldBeGreaterThan(3 * 4096);
        (await Tool.RunAsync("python3", "-c", SmallPipe, CliProgram.Path, "service", "create", "--help")).ShouldBe(whole);
    }

    [Fact]
    public async Task Output_ThatNobodyReadsAnyMore_IsNoFailure() =>
        (await Tool.TryAsync("bash", "-c", "{ sleep 0.2; \"$0\" service create --help; echo ended $? >&2; } | true", CliProgram.Path)).Errors.ShouldBe("ended 0\n");

    [Fact]
    public async Task Follow_ThatNobodyReadsAnyMore_Ends()
    {
        await using var manager = await ScriptedManager.StartAsync();
        manager.LogsGoOn = true;
        manager.Logs.Add(new() { Task = "web.1.1", Text = Google.Protobuf.ByteString.CopyFromUtf8("tick") });
        var call = Tool.TryAsync("bash", "-c", "{ \"$0\" --host \"$1\" service logs --follow web; echo ended $? >&2; } | head -n 1", CliProgram.Path, manager.SocketPath);
        (await call.WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe((0, "web.1.1 | tick\n", "ended 0\n"));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("completion zsh")]
    public async Task Output_OfAFullDisk_IsToldWithoutATrace(string words) =>
        (await Tool.TryAsync("bash", "-c", $"\"$0\" {words} >/dev/full; echo ended $? >&2", CliProgram.Path)).Errors
        .ShouldBe("Error: the output cannot be written: No space left on device\n  make room, or write elsewhere\nended 1\n");
}
