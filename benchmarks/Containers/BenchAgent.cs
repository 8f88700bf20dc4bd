using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Agent.Containers;
using Warren.Agent.Hosting;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.Hosting;

namespace Warren.Benchmarks.Containers;

/// <summary>An agent on a private containerd, put together as a worker does it, with a bridge and a table of its own.</summary>
internal sealed class BenchAgent : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _image;

    private BenchAgent(IHost host, string image) => (_host, _image) = (host, image);

    public ContainerHost Containers => _host.Services.GetRequiredService<ContainerHost>();

    /// <param name="folder">Where it keeps what it has, on a disk.</param>
    /// <param name="socket">The socket of containerd.</param>
    /// <param name="namespace">The namespace to use in it.</param>
    /// <param name="image">What its containers run, imported already.</param>
    public static async Task<BenchAgent> StartAsync(string folder, string socket, string @namespace, string image)
    {
        // Several may run on one machine; interfaces, tables and subnets are the machine's.
        var number = Environment.ProcessId % 200;
        var builder = RoleHost.CreateBuilder(LogLevel.Warning);
        builder.Services.AddAgent(new()
        {
            DataDirectory = Path.Combine(folder, "data"),
            RunDirectory = Path.Combine(folder, "run"),
            Containerd = new() { SocketPath = socket, Namespace = @namespace },
            Network = new()
            {
                Bridge = string.Create(CultureInfo.InvariantCulture, $"wbench{number}"),
                Table = string.Create(CultureInfo.InvariantCulture, $"warren_bench_{number}"),
                Subnet = string.Create(CultureInfo.InvariantCulture, $"10.231.{number}.0/24"),
                Ipv6Subnet = string.Create(CultureInfo.InvariantCulture, $"fd77:6172:7265:{number:x}::/64"),
            },
        });
        var agent = new BenchAgent(builder.Build(), image);
        await agent.Containers.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, CancellationToken.None);
        return agent;
    }

    /// <summary>Starts a container that sleeps.</summary>
    public async Task StartContainerAsync(string name, NetworkMode network, CancellationToken cancellation)
    {
        var started = await Containers.StartAsync(
            new()
            {
                Id = new(name),
                Spec = new() { Image = _image, Command = ["/bin/sleep", "100000"], Network = new() { Mode = network } },
                Owner = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.Task, name),
            },
            progress: null,
            cancellation);
        if (started.Status.State != ContainerState.Running)
            throw new InvalidOperationException($"{name} is {started.Status.State} after its start.");
    }

    public Task RemoveContainerAsync(string name, CancellationToken cancellation) =>
        Containers.RemoveAsync(new(name), keepLogs: false, cancellation);

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}
