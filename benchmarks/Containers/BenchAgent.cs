using System.Collections.Immutable;
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
        var builder = RoleHost.CreateBuilder(LogLevel.Warning);
        builder.Services.AddAgent(new()
        {
            DataDirectory = Path.Combine(folder, "data"),
            RunDirectory = Path.Combine(folder, "run"),
            Containerd = new() { SocketPath = socket, Namespace = @namespace },
        });
        var agent = new BenchAgent(builder.Build(), image);
        await agent.Containers.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, CancellationToken.None);
        return agent;
    }

    /// <summary>Starts a container that sleeps.</summary>
    public async Task StartContainerAsync(string name, NetworkMode network)
    {
        var started = await Containers.StartAsync(
            new()
            {
                Id = new(name),
                Spec = new() { Image = _image, Command = ["/bin/sleep", "100000"], Network = new() { Mode = network } },
                Owner = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.Task, name),
            },
            progress: null,
            CancellationToken.None);
        if (started.Status.State != ContainerState.Running)
            throw new InvalidOperationException($"{name} is {started.Status.State} after its start.");
    }

    public Task RemoveContainerAsync(string name) =>
        Containers.RemoveAsync(new(name), keepLogs: false, CancellationToken.None);

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}
