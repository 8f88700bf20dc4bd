using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Agent.Hosting;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Strays;
using Warren.Agent.Volumes;
using Warren.Hosting;
using Warren.Images;

namespace Warren.Agent.Containers.Tests.Hosting.Support;

/// <summary>
/// All parts of a worker in a process that tests kill: it recovers, says "ready JSON" with the containers that it found, removes strays, and obeys lines
/// of JSON, all at the same time, with "answer NUMBER JSON" to each. What it logs goes to the standard error.
/// </summary>
internal static class HostedAgent
{
    public const string Role = "hosted-agent";

    public static async Task<int> RunAsync(string place)
    {
        var builder = RoleHost.CreateBuilder(LogLevel.Information);
        builder.Services.AddAgent(JsonSerializer.Deserialize<HostedPlace>(place)!.ToOptions());
        var host = builder.Build();
        await using var parts = (IAsyncDisposable)host;
        var containers = host.Services.GetRequiredService<ContainerHost>();
        var found = await containers.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, default);
        Console.WriteLine($"ready {JsonSerializer.Serialize(found.Select(HostedStatus.Of))}");
        _ = Task.Run(() => host.Services.GetRequiredService<StrayRemover>().RunAsync(default));
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var command = JsonSerializer.Deserialize<HostedCommand>(line, HostedJson.Options)!;
            _ = Task.Run(() => ObeyAsync(host.Services, command));
        }
        return 0;
    }

    private static async Task ObeyAsync(IServiceProvider parts, HostedCommand command)
    {
        HostedAnswer answer;
        try
        {
            answer = await CarryOutAsync(parts, command);
        }
        catch (Exception exception)
        {
            var fault = exception switch
            {
                ContainerRuntimeException runtime => runtime.Fault.ToString(),
                ImageException image => image.Fault.ToString(),
                NetworkException network => network.Fault.ToString(),
                VolumeException volume => volume.Fault.ToString(),
                _ => exception.ToString(),
            };
            answer = new($"{exception.GetType().Name}.{fault}", exception.Message, [], []);
        }
        Console.WriteLine($"answer {command.Number.ToString(CultureInfo.InvariantCulture)} {JsonSerializer.Serialize(answer)}");
    }

    private static async Task<HostedAnswer> CarryOutAsync(IServiceProvider parts, HostedCommand command)
    {
        var containers = parts.GetRequiredService<ContainerHost>();
        switch (command.Verb)
        {
            case "start":
                var started = await containers.StartAsync(command.Order!, null, default);
                return HostedAnswer.Of(HostedStatus.Of(started.Status)) with { Lines = [.. (started.Network?.Addresses ?? []).Select(address => address.ToString())] };
            case "stop":
                await containers.StopAsync(new(command.Id!), 15, TimeSpan.FromSeconds(5), default);
                return HostedAnswer.Of();
            case "wait":
                await containers.Runtime.WaitAsync(new(command.Id!), default);
                return HostedAnswer.Of();
            case "remove":
                await containers.RemoveAsync(new(command.Id!), keepLogs: false, default);
                return HostedAnswer.Of();
            case "list":
                return HostedAnswer.Of([.. (await containers.Runtime.ListAsync(default)).Select(HostedStatus.Of)]);
            case "logs":
                var lines = new List<string>();
                await foreach (var entry in containers.Logs.ReadAsync(new(command.Id!), new(), default))
                    lines.Add($"{entry.Stream}: {Encoding.UTF8.GetString(entry.Text.Span)}");
                return HostedAnswer.Of(lines);
            case "attachments":
                return HostedAnswer.Of((await parts.GetRequiredService<INetworkPlane>().ListAsync(default)).Select(attachment => attachment.Id.Value));
            case "users":
                return HostedAnswer.Of((await containers.Volumes.ListAsync(default)).SelectMany(volume => volume.Users));
            default:
                throw new InvalidOperationException($"There is no command '{command.Verb}'.");
        }
    }
}
