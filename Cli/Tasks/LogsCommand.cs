using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Tasks;

/// <summary><c>warren service logs</c> and <c>warren task logs</c>.</summary>
internal static class LogsCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="app">The command line.</param>
    /// <param name="isOfService">Whether it shows all tasks of a service, each line with its task.</param>
    public static Command Make(App app, bool isOfService)
    {
        var name = new Argument<string>(isOfService ? "service" : "task") { Description = isOfService ? "The service" : "The task's id" };
        var follow = new Option<bool>("--follow", "-f") { Description = isOfService ? "Go on with what is written later, also by tasks that come later" : "Go on with what is written later, until the task has ended" };
        var tail = new Option<string?>("--tail", "-n") { Description = "Only so many of the last lines of each task [default: all]", HelpName = "number" };
        var since = new Option<string?>("--since") { Description = "Only what was written since a time, 2026-03-01T12:00:00Z, or so long ago, 10m", HelpName = "time" };
        var times = new Option<bool>("--timestamps", "-t") { Description = "Show when each line was written" };
        var plain = new Option<bool>("--no-task-ids") { Description = "Show lines as they are, without their tasks" };
        var command = new Command("logs", isOfService ? "What the tasks of a service have written" : "What a task has written") { name, follow, tail, since, times };
        if (isOfService) command.Add(plain);
        return app.On(command, async call =>
        {
            var request = new StreamLogsRequest { Follow = call.Get(follow) };
            if (isOfService) request.Service = call.Get(name);
            else request.Task = call.Get(name);
            if (call.Get(tail) is { } lines && lines != "all") request.Tail = Values.Number("--tail", lines);
            if (call.Get(since) is { } from) request.Since = Time("--since", from, call.Time);
            var printer = new LogPrinter(call, withTask: isOfService && !call.Get(plain), withTime: call.Get(times));
            using var answer = call.Manager.Logs.Stream(request, request.Follow ? call.Endless : call.Options);
            while (await call.NextAsync(answer.ResponseStream)) printer.Write(answer.ResponseStream.Current);
            return ExitCodes.Done;
        });
    }

    private static Timestamp Time(string flag, string text, TimeProvider time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && text.Contains('-', StringComparison.Ordinal)
            ? at.ToTimestamp()
            : (time.GetUtcNow() - Values.Time(flag, text)).ToTimestamp();
}
