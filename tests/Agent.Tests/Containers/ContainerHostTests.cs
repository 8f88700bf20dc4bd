using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Warren.Agent.Containers;
using Warren.Agent.Hosting;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Fake;
using Warren.Agent.Tests.Tasks;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Containers;

public sealed class ContainerHostTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("host");

    [Fact]
    public async Task Recover_AgainSinceTheRuntimeWasAway_StartsTheNetworkOnce()
    {
        await using var runtime = new AbsentRuntime(new FakeRuntime(new(), TimeProvider.System, NullLogger<FakeRuntime>.Instance));
        await using var network = Substitute.For<INetworkPlane>();
        network.SweepAsync(null!, default).ReturnsForAnyArgs(Task.FromResult<ImmutableArray<string>>([]));
        await using var services = Services(runtime, network);
        var host = services.GetRequiredService<ContainerHost>();
        runtime.GoAway();
        var away = await Should.ThrowAsync<ContainerRuntimeException>(() => host.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, default));
        away.Fault.ShouldBe(RuntimeFault.Unavailable);

        runtime.ComeBack();
        (await host.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, default)).ShouldBeEmpty();
        await network.ReceivedWithAnyArgs(1).StartAsync(default);
        await network.ReceivedWithAnyArgs(1).SweepAsync(null!, default);
    }

    public void Dispose() => _folder.Dispose();

    private ServiceProvider Services(IContainerRuntime runtime, INetworkPlane network)
    {
        var options = new WorkerOptions { Runtime = RuntimeKind.Fake, DataDirectory = _folder.File("data"), RunDirectory = _folder.File("run") };
        Directory.CreateDirectory(options.DataDirectory);
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddAgent(options);
        services.AddSingleton(runtime);
        services.AddSingleton(network);
        return services.BuildServiceProvider();
    }
}
