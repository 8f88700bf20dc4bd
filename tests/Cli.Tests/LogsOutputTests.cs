using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Tests.Testing;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>What <c>logs</c> shows and asks for, against golden files.</summary>
public sealed class LogsOutputTests : IAsyncLifetime
{
    private ScriptedManager _manager = null!;

    public async System.Threading.Tasks.Task InitializeAsync()
    {
        _manager = await ScriptedManager.StartAsync();
        _manager.Logs.AddRange(
        [
            Line("web.1.1", "begins", 60), Line("web.2.12", "begins, too", 59), Line("web.1.1", "goes ", 58, isPartial: true), Line("web.1.1", "on", 58),
            Line("web.2.12", "goes wrong", 57, isError: true), new LogLine { Task = "web.3.3", Notice = "its node n3 is not connected" },
            Line("web.1.1", "left open", 56, isPartial: true), Line("web.2.12", "ends", 55),
        ]);
    }

    public async System.Threading.Tasks.Task DisposeAsync() => await _manager.DisposeAsync();

    [Theory]
    [InlineData("service-logs", "service", "logs", "web")]
    [InlineData("service-logs-plain", "service", "logs", "--no-task-ids", "-t", "web")]
    public async System.Threading.Tasks.Task Logs_Typed_ShowTheGoldenOutput(string golden, params string[] words) => (await _manager.RunAsync(words)).ShouldBeGolden(golden);

    [Fact]
    public async System.Threading.Tasks.Task Logs_OfATask_AskForWhatWasTyped()
    {
        (await _manager.RunAsync("task", "logs", "-f", "--tail", "3", "--since", "1m30s", "web.1.1")).Out.ShouldStartWith("begins\n");
        var request = _manager.Asked.OfType<StreamLogsRequest>().ShouldHaveSingleItem();
        (request.Task, request.Follow, request.Tail).ShouldBe(("web.1.1", true, 3));
        request.Since.ShouldBe(ScriptedManager.Ago(90));
        await _manager.RunAsync("service", "logs", "--since", "2026-01-02T03:04:05Z", "web");
        var other = _manager.Asked.OfType<StreamLogsRequest>().Last();
        (other.Service, other.HasTail, other.Since).ShouldBe(("web", false, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).ToTimestamp()));
    }

    private static LogLine Line(string task, string text, double ago, bool isError = false, bool isPartial = false) =>
        new() { Task = task, At = ScriptedManager.Ago(ago), Text = ByteString.CopyFromUtf8(text), IsError = isError, IsPartial = isPartial };
}
