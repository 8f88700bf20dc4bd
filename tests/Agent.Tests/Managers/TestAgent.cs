using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Assignments;
using Warren.Agent.Containers;
using Warren.Agent.Hosting;
using Warren.Agent.Images;
using Warren.Agent.Images.Fake;
using Warren.Agent.Managers;
using Warren.Agent.Runtime;
using Warren.Nodes;

namespace Warren.Agent.Tests.Managers;

/// <summary>A whole agent on fake containers, images and networks.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    public static readonly NodeId Node = new("n1");

    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();

    private TestAgent(ServiceProvider services, WorkerNode worker)
    {
        (_services, Worker) = (services, worker);
        Running = worker.RunAsync(_stop.Token);
    }

    public WorkerNode Worker { get; }

    /// <summary>Its work, to the end.</summary>
    public Task<LinkEnd> Running { get; }

    public ContainerHost Containers => Worker.Containers;

    public IContainerRuntime Runtime => Containers.Runtime;

    /// <summary>Starts one; on a folder of an earlier one it goes on where that ended.</summary>
    public static async Task<TestAgent> StartAsync(
        string folder,
        ScriptedNode node,
        bool keeps = true,
        Func<IContainerRuntime, IContainerRuntime>? wrap = null,
        NodeSealer? sealer = null,
        Func<WorkerNode, Task>? beforeRecovery = null)
    {
        var options = new WorkerOptions { Runtime = RuntimeKind.Fake, DataDirectory = Path.Combine(folder, "data"), RunDirectory = Path.Combine(folder, "run") };
        Directory.CreateDirectory(options.DataDirectory);
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddAgent(options);

        // An image that comes slowly does not come before the test has ended.
        services.AddSingleton<IImageStore>(new FakeImageStore(TimeProvider.System) { SlowPull = TimeSpan.FromHours(1) });
        services.AddSingleton(new AssignmentStore(keeps ? Path.Combine(options.DataDirectory, "assignments.db") : null, sealer, NullLogger<AssignmentStore>.Instance));
        if (wrap is not null)
        {
            var inner = services.Last(service => service.ServiceType == typeof(IContainerRuntime)).ImplementationFactory!;
            services.AddSingleton(provider => wrap((IContainerRuntime)inner(provider)));
        }

        var provider = services.BuildServiceProvider();
        var link = new ManagerLinkOptions
        {
            Node = Node,
            Description = new() { Name = "node-1", Platform = new("linux", "amd64"), Capacity = new(1000, 1 << 30) },
            FirstPause = TimeSpan.FromMilliseconds(10),
            LongestPause = TimeSpan.FromMilliseconds(50),
        };
        var worker = new WorkerNode(provider, link, node.ToFactory());
        if (beforeRecovery is not null) await beforeRecovery(worker);
        await worker.RecoverAsync(CancellationToken.None);
        var agent = new TestAgent(provider, worker);
        if (node.FailedRegistrations == 0 && !node.IsAway) await worker.Registered.WaitAsync(TimeSpan.FromSeconds(60));
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ContinueWith(static _ => { }, TaskScheduler.Default);
        await Worker.DisposeAsync();
        await _services.DisposeAsync();
        _stop.Dispose();
    }
}
