using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Warren.Agent.Network;
using Warren.Agent.Runtime;

namespace Warren.Agent.Containers.Tests.Network.Support;

/// <summary>
/// A process that does nothing but connect containers, in the network namespace that plays the node. It obeys lines of JSON, all at the same
/// time, and says "answer NUMBER JSON" to each; what it logs goes to the standard error.
/// </summary>
internal static class NetworkAgent
{
    public const string Role = "network-agent";

    public static async Task<int> RunAsync(string options)
    {
        using var logs = LoggerFactory.Create(builder => builder.AddProvider(new ErrorOutputLogs()));
        await using var plane = new NetworkPlane(
            JsonSerializer.Deserialize<NetworkOptions>(options)!, TimeProvider.System, logs.CreateLogger<NetworkPlane>());
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var command = JsonSerializer.Deserialize<AgentCommand>(line)!;
            _ = Task.Run(() => ObeyAsync(plane, command));
        }

        return 0;
    }

    private static async Task ObeyAsync(NetworkPlane plane, AgentCommand command)
    {
        AgentAnswer answer;
        try
        {
            answer = await CarryOutAsync(plane, command);
        }
        catch (NetworkException exception)
        {
            answer = new(exception.Fault, exception.Message, [], []);
        }
        catch (Exception exception)
        {
            answer = new(null, exception.ToString(), [], []);
        }

        Console.WriteLine($"answer {command.Number.ToString(CultureInfo.InvariantCulture)} {JsonSerializer.Serialize(answer)}");
    }

    private static async Task<AgentAnswer> CarryOutAsync(NetworkPlane plane, AgentCommand command)
    {
        switch (command.Verb)
        {
            case "start":
                await plane.StartAsync(default);
                return new(null, null, [], []);
            case "attach":
                var request = new NetworkRequest(new ContainerId(command.Id!), command.Mode, [.. command.Ports ?? []]);
                return new(null, null, [AgentAttachment.Of(await plane.AttachAsync(request, default))], []);
            case "detach":
                await plane.DetachAsync(new ContainerId(command.Id!), default);
                return new(null, null, [], []);
            case "list":
                return new(null, null, [.. (await plane.ListAsync(default)).Select(AgentAttachment.Of)], []);
            case "sweep":
                return new(null, null, [], await plane.SweepAsync(command.Keep!.Select(id => new ContainerId(id)).ToHashSet(), default));
            default:
                throw new InvalidOperationException($"There is no command '{command.Verb}'.");
        }
    }

    private sealed class ErrorOutputLogs : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Console.Error.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}".ReplaceLineEndings(" "));

        public void Dispose()
        {
        }
    }
}
