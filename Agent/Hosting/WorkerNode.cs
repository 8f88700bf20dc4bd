using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Agent.Assignments;
using Warren.Agent.Containers;
using Warren.Agent.Execs;
using Warren.Agent.Health;
using Warren.Agent.Images;
using Warren.Agent.Logs;
using Warren.Agent.Managers;
using Warren.Agent.Questions;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Cgroups;
using Warren.Agent.Stats;
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
    private readonly LogSender _logs;
    private readonly ExecRunner _execs;
    private readonly QuestionDesk _questions;
    private readonly ImageCleaner _cleaner;
    private readonly ManagerLink? _link;

    /// <param name="services">With the parts of <see cref="AgentServices.AddAgent"/>.</param>
    /// <param name="options">Who the node is; null for a worker that has no managers, and only looks after what is there.</param>
    /// <param name="grains">The managers; null without options.</param>
    public WorkerNode(IServiceProvider services, ManagerLinkOptions? options, IGrainFactory? grains)
    {
        var time = services.GetRequiredService<TimeProvider>();
        Containers = services.GetRequiredService<ContainerHost>();
        var reach = new ManagerReach(time);
        var reports = new TaskReports();
        var store = services.GetRequiredService<AssignmentStore>();
        var parts = new TaskParts
        {
            Containers = Containers,
            Health = new(new HealthMonitorOptions(), time, services.GetRequiredService<ILogger<HealthMonitor>>()),
            Reports = reports,
            Store = store,
            Images = new(Containers.Images, reports, services.GetRequiredService<ILogger<NodeImages>>()),
            Node = options is null ? NodeFields.None : new(options.Node, options.Description),
            Reach = reach,
            Restarts = new(reach, time),
            Starts = new(Environment.ProcessorCount * StartsPerProcessor),
            Time = time,
            Logger = services.GetRequiredService<ILogger<TaskRunner>>(),
            Stopping = CancellationToken.None,
        };
        _tasks = new(parts, store, services.GetRequiredService<ILogger<TaskKeeper>>());
        var worker = services.GetRequiredService<WorkerOptions>();
        _cleaner = new(Containers.Images, worker.ImageCollection, () => _tasks.WantedImages, parts.Images.LookAgain, time, services.GetRequiredService<ILogger<ImageCleaner>>());
        _logs = new(Containers.Logs, new(), time, services.GetRequiredService<ILogger<LogSender>>());
        _execs = new(Containers.Runtime, new(), time, services.GetRequiredService<ILogger<ExecRunner>>());
        var meter = new NodeMeter(worker.DataDirectory, worker.Runtime == RuntimeKind.Fake ? null : CgroupTree.OfThisMachine(time));
        var sampling = new StatsOptions();
        var stats = new StatsAnswers(new(Containers.Runtime, meter.Read, sampling, time), sampling, time);
        var images = new ImageAnswers(Containers.Images, () => _tasks.WantedImages, parts.Images.LookAgain, time);
        _questions = new(stats, images, new(), time, services.GetRequiredService<ILogger<QuestionDesk>>());
        if (options is not null && grains is not null)
            _link = new(grains, options, _tasks, new(_logs, _execs, _questions), time, services.GetRequiredService<ILogger<ManagerLink>>());
    }

    /// <summary>Its containers.</summary>
    public ContainerHost Containers { get; }

    /// <summary>Ends when the managers know the node.</summary>
    public Task Registered => _link?.Registered ?? Task.CompletedTask;

    /// <summary>Works until the token, or until the managers want no more of it. <see cref="RecoverAsync"/> comes first.</summary>
    public async Task<LinkEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = Task.WhenAll(_tasks.RunAsync(ending.Token), _cleaner.RunAsync(ending.Token));
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

    /// <summary>
    /// Clears what a crash left, see <see cref="ContainerHost.RecoverAsync"/>, and goes on with the tasks that an agent before this one had. Called again
    /// if it fails.
    /// </summary>
    public async Task<ImmutableArray<ContainerStatus>> RecoverAsync(CancellationToken cancellationToken)
    {
        var containers = await Containers.RecoverAsync(ImmutableHashSet<ContainerId>.Empty, cancellationToken);
        _tasks.Restore(containers);
        return containers;
    }

    /// <summary>Stops and removes all tasks, since the node was removed from the cluster.</summary>
    public Task RemoveAllAsync() => _tasks.RemoveAllAsync(ManagerLink.RemovedReason);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _link?.Dispose();
        _logs.Dispose();
        await _execs.DisposeAsync();
        await _questions.DisposeAsync();
        await _tasks.DisposeAsync();
    }
}
