using Microsoft.Extensions.Logging;
using Warren.Grains.Events;
using Warren.Grains.Work;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// What a service does after its steps besides telling tasks and nodes: events to the log, grains of tasks that shall forget, its line in the catalog.
/// Nobody waits for it; each is repeated until it has succeeded.
/// </summary>
internal sealed partial class ServiceErrands(
    IGrainFactory grains,
    TimeProvider time,
    ServiceGrainOptions options,
    ILogger log,
    ServiceCore core,
    EventOutbox outbox,
    Action<TimeSpan> again)
{
    private const string Log = "log", Forget = "forget", Catalog = "catalog";

    private readonly PeerCalls _peers = new(time, options.Retry, options.MaxRetry);
    private Task _listing = Task.CompletedTask;
    private ServiceEntry? _listed;
    private bool _isUnlistWanted;

    /// <summary>Whether something is left to do.</summary>
    public bool AreLeft => !outbox.Unsent.IsEmpty || !core.ToForget.IsEmpty || _isUnlistWanted;

    /// <summary>Begins what is due.</summary>
    public void Run()
    {
        if (core.State.Revisions.IsEmpty && _listed is not null) _isUnlistWanted = true;
        if (!outbox.Unsent.IsEmpty && _peers.TryBegin(Log)) _ = TryAsync(Log, outbox.SendAsync);
        if (!core.ToForget.IsEmpty && _peers.TryBegin(Forget)) _ = TryAsync(Forget, ForgetAsync);
        if (_isUnlistWanted && _peers.TryBegin(Catalog)) _ = _listing = TryAsync(Catalog, UnlistAsync);
        if (AreLeft && _peers.TakeNextIn() is { } wait) again(wait);
    }

    /// <summary>The catalog may name a service that is not there.</summary>
    public void Unlist() => _isUnlistWanted = true;

    /// <summary>Has the service in the catalog, as its spec says.</summary>
    public async Task ListAsync(ServiceSpec spec)
    {
        // What takes it out must not come after.
        await _listing;
        _isUnlistWanted = false;
        var entry = new ServiceEntry(core.State.Name, spec.FollowsNodes());
        if (_listed == entry) return;
        await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).AddAsync(entry);
        _listed = entry;
        if (core.State.Revisions.IsEmpty) again(options.MaxRetry);
    }

    private async Task ForgetAsync()
    {
        var tasks = core.ToForget.Take(options.TaskCalls).ToHashSet();
        await Task.WhenAll(tasks.Select(task => grains.GetGrain<ITaskGrain>(task.ToString()).ForgetAsync()));
        core.Forgotten(tasks);
    }

    private async Task UnlistAsync()
    {
        if (core.State.Revisions.IsEmpty) await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).RemoveAsync(core.State.Name);
        (_listed, _isUnlistWanted) = (null, false);
    }

    private async Task TryAsync(string errand, Func<Task> run)
    {
        try
        {
            await run();
            _peers.Succeeded(errand);
            again(TimeSpan.Zero);
        }
        catch (Exception failure)
        {
            LogErrandFailed(failure, core.State.Name, errand);
            again(_peers.Failed(errand));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An errand of {Service} failed ({Errand}); it is tried again")]
    private partial void LogErrandFailed(Exception failure, ServiceName service, string errand);
}
