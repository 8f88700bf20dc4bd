using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Warren.Agent.Hosting;
using Warren.Agent.Managers;
using Warren.Agent.Runtime;
using Warren.Harness.Silos;
using Warren.Hosting;
using Warren.Hosting.Identities;
using Warren.Hosting.Security;
using Warren.Nodes;
using Warren.TestSupport;

namespace Warren.Benchmarks.Scale;

/// <summary>
/// The agents of many nodes in one process, put together as a worker does it, over one client; their containers are those of the fake runtime. They stand for
/// machines of their own: they give way to the manager, and their stores lie in memory, where they do not wait for its disk.
/// </summary>
internal static class FakeAgents
{
    /// <summary>The child's first argument, after "child".</summary>
    public const string Role = "fake-agents";

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>The child: says "registered" when all nodes are, and "running N" whenever another number of containers runs.</summary>
    /// <param name="role">Role, the manager's endpoint, certificate, key, authority, number of nodes.</param>
    public static async Task ServeAsync(string[] role)
    {
        var ended = new TaskCompletionSource();
        Lifeline.Hold(_ => ended.TrySetResult());
        using var folder = TempFolder.CreateInMemory("fake-agents");
        using (var self = Process.GetCurrentProcess()) self.PriorityClass = ProcessPriorityClass.BelowNormal;
        using var client = BuildClient(IPEndPoint.Parse(role[1]), new(role[2], role[3], role[4]));
        await client.StartAsync();
        var grains = client.Services.GetRequiredService<IGrainFactory>();
        var count = int.Parse(role[5], CultureInfo.InvariantCulture);
        using var stopping = new CancellationTokenSource();
        var agents = new List<FakeAgent>();
        for (var i = 0; i < count; i++) agents.Add(await FakeAgent.StartAsync(i, folder, grains, stopping.Token));
        await Task.WhenAll(agents.Select(agent => agent.Node.Registered));
        Console.WriteLine("registered");
        for (var last = -1; !ended.Task.IsCompleted;)
        {
            var running = 0;
            foreach (var agent in agents) running += await agent.CountRunningAsync();
            if (running != last) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"running {running}"));
            last = running;
            await Task.WhenAny(ended.Task, Task.Delay(s_look));
        }

        await stopping.CancelAsync();
        foreach (var agent in agents) await agent.DisposeAsync();
        await client.StopAsync();
    }

    private static IHost BuildClient(IPEndPoint manager, IdentityFiles files)
    {
        var identity = new FileIdentity(files, TimeProvider.System);
        var builder = RoleHost.CreateBuilder(LogLevel.Warning);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(manager);
            client.Configure<ClusterOptions>(RoleHost.Name);
            client.UseCertificates(identity);
        });
        return builder.Build();
    }

    private sealed class FakeAgent(ServiceProvider parts, WorkerNode node, Task<LinkEnd> running) : IAsyncDisposable
    {
        public WorkerNode Node => node;

        public static async Task<FakeAgent> StartAsync(int number, TempFolder folder, IGrainFactory grains, CancellationToken stopping)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"f{number}");
            var services = new ServiceCollection();
            services.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error));
            services.AddSingleton(TimeProvider.System);
            services.AddAgent(new()
            {
                Runtime = RuntimeKind.Fake,
                DataDirectory = Directory.CreateDirectory(folder.File(name + "-data")).FullName,
                RunDirectory = Directory.CreateDirectory(folder.File(name + "-run")).FullName,
            });
            var parts = services.BuildServiceProvider();
            var node = new WorkerNode(
                parts,
                new()
                {
                    Node = new(name),
                    Description = new()
                    {
                        Name = name,
                        Platform = Platform.Parse("linux/amd64"),
                        Capacity = new(CpuMillicores: 64_000, Memory: 256L * 1024 * 1024 * 1024),
                        Role = NodeRole.Worker,
                    },
                },
                grains);
            await node.RecoverAsync(stopping);
            return new(parts, node, node.RunAsync(stopping));
        }

        public async Task<int> CountRunningAsync() =>
            (await node.Containers.Runtime.ListAsync(CancellationToken.None)).Count(container => container.State == ContainerState.Running);

        public async ValueTask DisposeAsync()
        {
            await running;
            await node.DisposeAsync();
            await parts.DisposeAsync();
        }
    }
}
