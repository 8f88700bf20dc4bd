using Microsoft.Extensions.Logging;
using Warren.Agent.Images;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>The suite on containerd.</summary>
public sealed class ContainerdConformanceTests(ContainerdFixture fixture) : RuntimeConformance, IClassFixture<ContainerdFixture>
{
    private readonly ListeningLog _log = new();

    protected override Image Image => fixture.Image;

    protected override ContainerSpec Obeying => Shell("trap 'exit 0' TERM; : > /tmp/ready; while :; do sleep 1000 & wait; done");

    protected override ContainerSpec Stubborn => Shell("trap '' TERM; : > /tmp/ready; while :; do sleep 1000; done");

    protected override ContainerSpec Missing => Spec(["no-such-command"]);

    public override async Task DisposeAsync()
    {
        foreach (var status in await Runtime.ListAsync(default)) await Runtime.RemoveAsync(status.Id, default);
        await base.DisposeAsync();
    }

    protected override ContainerSpec Ending(int code) => Shell($"exit {code}");

    protected override Task<IContainerRuntime> OpenAsync() => Task.FromResult<IContainerRuntime>(
        new ContainerdRuntime(fixture.Options(), TimeProvider.System, _log));

    protected override Task ListeningAsync() => _log.Listening.WaitAsync(Limit);

    protected override async Task ReadyAsync(ContainerId id, ContainerSpec spec)
    {
        if (!spec.Command[^1].Contains("/tmp/ready", StringComparison.Ordinal)) return;
        await using var session = await Runtime.ExecAsync(
            id, new ExecRequest { Command = ["sh", "-c", "until [ -e /tmp/ready ]; do sleep 0.01; done"] }, default);
        (await session.Completion.WaitAsync(Limit)).ShouldBe(0);
    }

    private static ContainerSpec Shell(string script) => Spec(["/bin/sh", "-c", script]);

    // The node's own network: these tests make no namespaces.
    private static ContainerSpec Spec(string[] command) => new()
    {
        Image = "example.test/busybox:1",
        Command = [.. command],
        Network = NetworkSpec.Default with { Mode = NetworkMode.Host },
    };

    // The runtime says so once containerd's events come.
    private sealed class ListeningLog : ILogger<ContainerdRuntime>
    {
        private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Listening => _listening.Task;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).StartsWith("Listening to the events", StringComparison.Ordinal)) _listening.TrySetResult();
        }
    }
}
