using System.Collections.Concurrent;
using System.Globalization;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>The demonstration, as <c>./warren demo</c> and <c>./warren up</c> start it: the whole way from nothing to a service that heals, by the command line.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3), s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly string s_program = BuiltProgram.Find("demo", "Warren.Demo", isPublished: false);

    [Fact]
    public async Task Demo_FromStartToEnd_ShowsAServiceThatHealsAndLeavesNothing()
    {
        var lines = new ConcurrentQueue<string>();
        await using var demo = ChildProcess.Start("demo", s_program, [], onLine: lines.Enqueue);
        var code = await demo.WaitForExitAsync(s_limit);
        var told = string.Join('\n', lines);
        code.ShouldBe(0, told);
        told.ShouldContain("service hello is created (version 1)");
        told.ShouldContain("service hello is to have 5 tasks (version 2)");
        lines.Count(line => line.Contains("hello from hello.", StringComparison.Ordinal)).ShouldBe(3, told);
        told.ShouldContain("SIGKILL ended it");
        told.ShouldContain("Healed after");
        told.ShouldContain("healed after kill -9");
        await ShouldHaveLeftNothingAsync(demo.Id);
    }

    [Fact]
    public async Task Up_ThenAskedToEnd_HoldsAClusterForTheCommandLineAndLeavesNothing()
    {
        using var folder = TempFolder.Create("up");
        var socket = folder.File("run/warren.sock");
        await using var up = ChildProcess.Start("up", s_program, ["up", socket]);
        try
        {
            while (!(await up.LineAsync("[", s_limit)).Contains("The cluster is up.", StringComparison.Ordinal))
            {
            }

            var (code, output, errors) = await Tool.TryAsync(CliProgram.Path, "--host", socket, "service", "list");
            (code, errors).ShouldBe((0, ""));
            output.ShouldContain("hello");
            output.ShouldContain("3/3");
        }
        finally
        {
            up.Send(Signal.Terminate);
        }

        (await up.WaitForExitAsync(s_limit)).ShouldBe(0);
        File.Exists(socket).ShouldBeFalse();
        await ShouldHaveLeftNothingAsync(up.Id);
    }

    // Its networks are named by its process. The kernel takes the cables of a namespace down some time after the namespace is gone, and tells nobody.
    private static async Task ShouldHaveLeftNothingAsync(int process)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"wt{process % 100000}");
        (await Tool.RunAsync("ip", "netns", "list")).ShouldNotContain(name);
        using var limit = new CancellationTokenSource(s_limit);
        while ((await Tool.RunAsync("ip", "-o", "link", "show")).Contains(name, StringComparison.Ordinal))
            await Task.Delay(s_pause, TimeProvider.System, limit.Token);
    }
}
