using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Agent.Assignments;
using Warren.Agent.Containers;
using Warren.Agent.Images;
using Warren.Agent.Images.Containerd;
using Warren.Agent.Images.Fake;
using Warren.Agent.Logs;
using Warren.Agent.Network;
using Warren.Agent.Network.Fake;
using Warren.Agent.Network.NameFiles;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Fake;
using Warren.Agent.Runtime.Oci;
using Warren.Agent.Strays;
using Warren.Agent.Volumes;

namespace Warren.Agent.Hosting;

/// <summary>Puts the parts of an agent together.</summary>
internal static class AgentServices
{
    /// <summary>Adds everything that runs containers, up to <see cref="ContainerHost"/> and <see cref="StrayRemover"/>.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services, WorkerOptions options)
    {
        var node = NodeFactsReader.Read();
        options.Containerd.RunDirectory = Path.Combine(options.RunDirectory, "containerd");
        options.Containerd.ForeignGracePeriod = options.StrayGracePeriod;
        options.Images.DataDirectory = Path.Combine(options.DataDirectory, "images");
        var network = options.Network with
        {
            NamespaceFolder = Path.Combine(options.RunDirectory, "netns"),
            DataFile = Path.Combine(options.DataDirectory, "network.db"),
        };

        services.AddSingleton(options);
        services.AddSingleton(new ContainerFiles(Path.Combine(options.RunDirectory, "files"), options.FilesLimit, node.TmpfsWithoutSwap));
        services.AddSingleton(provider => new ContainerNames(
            new(Path.Combine(options.RunDirectory, "names"), "name files"),
            new(provider.GetRequiredService<ILogger<NameFileWriter>>())));
        services.AddSingleton(new ImageVolumes(new(Path.Combine(options.DataDirectory, "image-volumes"), "image volumes")));
        var volumes = new VolumeStoreOptions { Root = Path.Combine(options.DataDirectory, "volumes") };
        services.AddSingleton<IVolumeStore>(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            IVolumeDriver[] drivers = [new LocalVolumeDriver(volumes, time), new NfsVolumeDriver(volumes, new NfsOptions(), time)];
            return new VolumeStore(volumes, drivers, provider.GetRequiredService<ILogger<VolumeStore>>());
        });
        services.AddSingleton<ILogStore>(provider => new FileLogStore(
            new() { Root = Path.Combine(options.DataDirectory, "logs") },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FileLogStore>>()));
        if (options.Runtime == RuntimeKind.Fake)
            AddFakes(services, options);
        else
            AddContainerd(services, options, network);
        services.AddSingleton(provider => new ContainerHost(
            new()
            {
                Runtime = provider.GetRequiredService<IContainerRuntime>(),
                Images = provider.GetRequiredService<IImageStore>(),
                Network = provider.GetRequiredService<INetworkPlane>(),
                Volumes = provider.GetRequiredService<IVolumeStore>(),
                ImageVolumes = provider.GetRequiredService<ImageVolumes>(),
                Files = provider.GetRequiredService<ContainerFiles>(),
                Names = provider.GetRequiredService<ContainerNames>(),
                Logs = provider.GetRequiredService<ILogStore>(),
            },
            node,
            provider.GetRequiredService<ILogger<ContainerHost>>()));
        services.AddSingleton<StrayRemover>();

        // Containers that are none need not be gone on with.
        var assignments = options.Runtime == RuntimeKind.Fake ? null : Path.Combine(options.DataDirectory, "assignments.db");
        services.AddSingleton(provider => new AssignmentStore(
            assignments, provider.GetService<NodeSealer>(), provider.GetRequiredService<ILogger<AssignmentStore>>()));
        return services;
    }

    private static void AddContainerd(IServiceCollection services, WorkerOptions options, NetworkOptions network)
    {
        services.AddSingleton<IContainerRuntime>(provider => new ContainerdRuntime(
            options.Containerd, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ContainerdRuntime>>()));
        services.AddSingleton(provider => new ContainerdConnection(options.Containerd, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IImageStore>(provider => new ContainerdImageStore(
            provider.GetRequiredService<ContainerdConnection>(),
            options.Containerd,
            options.Images,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ContainerdImageStore>>()));
        services.AddSingleton<INetworkPlane>(provider => new NetworkPlane(
            network, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<NetworkPlane>>()));
    }

    private static void AddFakes(IServiceCollection services, WorkerOptions options)
    {
        services.AddSingleton<IContainerRuntime>(provider => new FakeRuntime(
            new() { StateFile = Path.Combine(options.DataDirectory, "fake-runtime.json") },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FakeRuntime>>()));
        services.AddSingleton<IImageStore>(provider => new FakeImageStore(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<INetworkPlane, FakeNetworkPlane>();
    }
}
