using Warren.TestSupport.Processes;

namespace Warren.Harness.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task LineAsync_LinesBeforeAndAfterTheCall_AreTakenOnceEach()
    {
        await using var process = Shell("echo first 1; echo other; echo first 2; read word; echo first $word");

        (await process.LineAsync("other", s_limit)).ShouldBe("other");
        (await process.LineAsync("first", s_limit)).ShouldBe("first 1");
        (await process.LineAsync("first", s_limit)).ShouldBe("first 2");
        var last = process.LineAsync("first", s_limit);
        await process.TellAsync("3");

        (await last).ShouldBe("first 3");
        (await process.Exited).ShouldBe(0);
    }

    [Fact]
    public async Task LineAsync_ProcessEndsWithoutIt_SaysWhatItSaidLast()
    {
        await using var process = Shell("echo almost; echo trouble >&2; exit 7");

        var exception = await Should.ThrowAsync<ChildFailedException>(() => process.LineAsync("ready", s_limit));

        exception.Message.ShouldStartWith("shell ended with exit code 7 before it said 'ready': sh -c");
        exception.Message.ShouldEndWith("\nalmost\ntrouble");
    }

    [Fact]
    public async Task LineAsync_ProcessStaysSilent_GivesUpAfterTheLimit()
    {
        await using var process = Shell("read word");

        var exception = await Should.ThrowAsync<ChildFailedException>(() => process.LineAsync("ready", TimeSpan.FromMilliseconds(50)));

        exception.Message.ShouldStartWith("shell did not say 'ready' within 00:00:00.0500000");
    }

    [Fact]
    public async Task Send_Kill_EndsTheProcessWithTheSignalsNumber()
    {
        await using var process = Shell("echo ready; read word");
        await process.LineAsync("ready", s_limit);

        process.Send(Signal.Kill).ShouldBeTrue();

        (await process.Exited).ShouldBe(128 + (int)Signal.Kill);
        process.Send(Signal.Kill).ShouldBeFalse();
    }

    [Fact]
    public async Task Dispose_ProcessStartedAnother_EndsBoth()
    {
        var process = Shell("cat <&0 & echo started $!; wait; read word");
        var other = int.Parse((await process.LineAsync("started ", s_limit))["started ".Length..], System.Globalization.CultureInfo.InvariantCulture);

        await process.DisposeAsync();

        // What is killed lives on for a moment.
        using var limit = new CancellationTokenSource(s_limit);
        while (IsAlive(other)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
    }

    /// <summary>A process that has ended may stay in the table until its parent, or init, asks for it.</summary>
    private static bool IsAlive(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }

    private static ChildProcess Shell(string script) => ChildProcess.Start("shell", "sh", ["-c", script]);
}
