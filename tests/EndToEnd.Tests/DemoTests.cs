using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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
            await ShouldEndAsSoonAsItHasAnsweredAsync(socket);
        }
        finally
        {
            up.Send(Signal.Terminate);
        }

        (await up.WaitForExitAsync(s_limit)).ShouldBe(0);
        File.Exists(socket).ShouldBeFalse();
        await ShouldHaveLeftNothingAsync(up.Id);
    }

    // Of a request that is half there when its task is told to end, the rest is read and answered; nobody is killed after the grace period.
    private static async Task ShouldEndAsSoonAsItHasAnsweredAsync(string socket)
    {
        using var limit = new CancellationTokenSource(s_limit);
        var task = (await ReadAsync(socket, "service", "tasks", "hello"))[0]!;
        var node = (await ReadAsync(socket, "node", "list")).Single(node => (string?)node!["id"] == (string?)task["node"])!;
        var (address, port) = ((string)node["description"]!["addresses"]![0]!, (int)task["observed"]!["ports"]![0]!["hostPort"]!);
        using var client = new TcpClient();
        await client.ConnectAsync(address, port, limit.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync("GET /cgi-bin/hello HTTP/1.0\r\n"u8.ToArray(), limit.Token);
        await Tool.RunAsync(CliProgram.Path, "--host", socket, "service", "scale", "--detach", "hello=0");
        while (await TakesConnectionsAsync(address, port, limit.Token)) await Task.Delay(s_pause, TimeProvider.System, limit.Token);
        await stream.WriteAsync("\r\n"u8.ToArray(), limit.Token);
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(limit.Token)).ShouldContain($"hello from {task["id"]}");
        while (true)
        {
            var tasks = await ReadAsync(socket, "service", "tasks", "--all", "hello");
            if (tasks.All(other => (string?)other!["observed"]!["state"] == "TASK_STATE_SHUTDOWN"))
            {
                tasks.ShouldAllBe(other => (int?)other!["observed"]!["exitCode"] == 0);
                return;
            }

            await Task.Delay(s_pause, TimeProvider.System, limit.Token);
        }
    }

    private static async Task<JsonArray> ReadAsync(string socket, params string[] words) =>
        JsonNode.Parse(await Tool.RunAsync(CliProgram.Path, ["--host", socket, .. words, "--output", "json"]))!.AsArray();

    private static async Task<bool> TakesConnectionsAsync(string address, int port, CancellationToken limit)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, port, limit);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Its networks are named by its process, with a letter behind it. The kernel takes the cables of a namespace down some time after the namespace is gone, and tells nobody.
    private static async Task ShouldHaveLeftNothingAsync(int process)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"wt{process % 100000}[a-z]");
        (await Tool.RunAsync("ip", "netns", "list")).ShouldNotMatch(name);
        using var limit = new CancellationTokenSource(s_limit);
        while (Regex.IsMatch(await Tool.RunAsync("ip", "-o", "link", "show"), name))
            await Task.Delay(s_pause, TimeProvider.System, limit.Token);
    }
}
