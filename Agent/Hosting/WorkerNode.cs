using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Agent.Containers;
using Warren.Agent.Health;
using Warren.Agent.Images;
using Warren.Agent.Managers;
using Warren.Agent.Runtime;
using Warren.Agent.Tasks;

namespace Warren.Agent.Hosting;

/// <summary>
/// One node's agent, put together: containers, tasks and the connection to the managers. A process has one; tests of scale have a thousand, which
/// share a client.
/// </summary>
internal sealed class WorkerNode : IAsyncDisposable
{
    /// <summary>Starts beyond this only wait for one another in containerd and the kernel.</summary>
    private const int StartsPerProcessor = 2;

    private readonly TaskKeeper _tasks;
    private readonly ManagerLink? _link;

    /// <param name="services">With the parts of <see cref="AgentServices.AddAgent"/>.</param>
    /// <param name="options">Who the node is; null for a worker that has no managers, and only looks after what is there.</param>
    /// <param name="grains">The managers; null without options.</param>
    public WorkerNode(IServiceProvider services, ManagerLinkOptions? options, IGrainFactory? grains)
    {
        var time = services.GetRequiredService<TimeProvider>();
        Containers = services.GetRequiredService<ContainerHost>();
        _tasks = new(
            Containers,
            new(new HealthMonitorOptions(), time, services.GetRequiredService<ILogger<HealthMonitor>>()),
            new(),
            Environment.ProcessorCount * StartsPerProcessor,
            time,
            services.GetRequiredService<ILogger<TaskKeeper>>());
        if (options is not null && grains is not null)
            _link = new(grains, options, _tasks, services.GetRequiredService<IImageStore>(), time, services.GetRequiredService<ILogger<ManagerLink>>());
    }

    /// <summary>Its containers.</summary>
    public ContainerHost Containers { get; }

    /// <summary>Ends when the managers know the node.</summary>
    public Task Registered => _link?.Registered ?? Task.CompletedTask;

    /// <summary>Works until the token, or until the managers want no more of it. <see cref="RecoverAsync"/> comes first.</summary>
    public async Task<LinkEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = _tasks.RunAsync(ending.Token);
        try
        {
            if (_link is not null) return await _link.RunAsync(cancellationToken);
            await following;
            return LinkEnd.Stopped;
        }
        finally
        {
            await ending.CancelAsync();
            await following.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Clears what a crash left; see <see cref="ContainerHost.RecoverAsync"/>.</summary>
    public Task<ImmutableArray<ContainerStatus>> RecoverAsync(CancellationToken cancellationToken) =>
        Containers.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _link?.Dispose();
        await _tasks.DisposeAsync();
    }
}
