using System.Globalization;
using Warren.Agent.Containers.Tests.Hosting.Support;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Hosting;

/// <summary>Containers come and go while their agent is killed at any moment.</summary>
public sealed class ChurnTests : IAsyncLifetime
{
    private const int Seed = 20_251_126, FirstPort = 8200, Ports = 40;

    // A start takes some hundred milliseconds, so a kill comes before, within and after every step.
    private const int MaxDelay = 400;

    private readonly HostedNode _node = new();
    private readonly Random _random = new(Seed);
    private int _kills;

    public Task InitializeAsync() => _node.InitializeAsync();

    public Task DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Cycles_AgentKilledInBetween_LeaveNothing() => await RunAsync(20);

    [Fact]
    [Trait("Category", "Soak")]
    public async Task Cycles_TwoHundredAgentKilledInBetween_LeaveNothing() => await RunAsync(200);

    private async Task RunAsync(int cycles)
    {
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            var order = Order(cycle);
            var id = order.Id.Value;
            var started = await DisturbedAsync(new(0, "start", order));
            started.Containers.ShouldHaveSingleItem().State.ShouldBe(ContainerState.Running, id);
            await DisturbedAsync(new(0, "stop", Id: id));
            (await _node.DoAsync("list")).Containers.Single(container => container.Id == id).State.ShouldBe(ContainerState.Exited, id);
            await DisturbedAsync(new(0, "remove", Id: id));
        }
        _kills.ShouldBeGreaterThan(cycles / 4);
        (await _node.LeftoversAsync()).ShouldBeEmpty();
    }

    // One step in three is cut short by a kill, and then asked for again of the next agent.
    private async Task<HostedAnswer> DisturbedAsync(HostedCommand command)
    {
        if (_random.Next(3) == 0)
        {
            await _node.SendAsync(command);
            await Task.Delay(_random.Next(MaxDelay));
            await _node.KillAgentAsync();
            await _node.StartAgentAsync();
            _kills++;
        }
        var answer = await _node.TellAsync(command);
        answer.Fault.ShouldBeNull($"{command.Verb} {command.Order?.Id.Value ?? command.Id}: {answer.Message}");
        return answer;
    }

    private static ContainerOrder Order(int cycle) =>
        HostedNode.Order(string.Create(CultureInfo.InvariantCulture, $"churn.{cycle}"), new()
        {
            Image = HostedNode.Image,
            Mounts = [new() { Kind = MountKind.Volume, Source = "shared", Target = "/v" }],
            Ports = [Network.Support.Ports.Tcp(8080, FirstPort + cycle % Ports)],
        }) with
        {
            Files = [new("/run/secrets/x", "x"u8.ToArray(), 256, 0, 0)],
        };
}
