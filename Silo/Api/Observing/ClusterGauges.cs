using System.Text.Json;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Mapping;

namespace Warren.Silo.Api.Observing;

/// <summary>The cluster in numbers, as every manager sees it: scrape one of them, or leave out the label of the instance when adding up.</summary>
internal sealed class ClusterGauges(IGrainFactory grains, NodeLookup nodes, TimeProvider time) : IDisposable
{
    // So many grains are asked at once, as by lists; and however often it is scraped, no more often than this.
    private const int Batch = 64;

    // Values of enumerations that nothing ever has.
    private static readonly string[] s_nothing = ["none", "unspecified"];

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _looking = new(1);
    private long? _lookedAt;

    private readonly MetricFamily
        _managers = Gauge("warren_managers", "Managers of the cluster, by state.", "state"),
        _nodes = Gauge("warren_nodes", "Nodes, by condition.", "condition"),
        _available = Gauge("warren_nodes_availability", "Nodes, by what the operator lets be placed on them.", "availability"),
        _cpu = Gauge("warren_nodes_cpu_cores", "Processors of the nodes that are ready."),
        _memory = Gauge("warren_nodes_memory_bytes", "Memory of the nodes that are ready."),
        _services = Gauge("warren_services", "Services, by progress.", "progress"),
        _tasks = Gauge("warren_tasks", "Tasks that are kept, by observed state.", "state"),
        _wanted = Gauge("warren_service_tasks_wanted", "Tasks that a service should have.", "service"),
        _ready = Gauge("warren_service_tasks_ready", "Tasks of a service that are ready.", "service"),
        _pending = Gauge("warren_service_tasks_pending", "Tasks of a service that no node was found for.", "service");

    /// <summary>All of them.</summary>
    public IEnumerable<MetricFamily> Families => [_managers, _nodes, _available, _cpu, _memory, _services, _tasks, _wanted, _ready, _pending];

    /// <summary>Looks at the cluster, unless that was done a moment ago.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        await _looking.WaitAsync(cancellation);
        try
        {
            if (_lookedAt is { } at && time.GetElapsedTime(at) < s_fresh) return;
            await LookAtMembersAsync();
            await LookAtServicesAsync();
            _lookedAt = time.GetTimestamp();
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _looking.Dispose();

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static MetricFamily Gauge(string name, string help, params string[] labels) => new(name, help, "gauge", labels);

    private static void Count<T>(MetricFamily gauge, IEnumerable<T> values)
        where T : struct, Enum
    {
        // Those that nobody has are 0, not absent, so that alerts on them work.
        var counts = values.CountBy(value => value).ToDictionary();
        foreach (var (value, word) in Enum.GetValues<T>().Select(value => (value, Word(value))))
        {
            if (!s_nothing.Contains(word)) gauge.Set(counts.GetValueOrDefault(value), word);
        }
    }

    private async Task LookAtMembersAsync()
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: false);
        Count(_managers, hosts.Values.Where(state => state != SiloStatus.Dead));
        var all = (await nodes.AllAsync()).Values.ToList();
        Count(_nodes, all.Select(node => node.Status.Condition));
        Count(_available, all.Select(node => node.Spec.Availability));
        var ready = all.Where(node => node.Status.Condition == NodeCondition.Ready).ToList();
        _cpu.Set(ready.Sum(node => node.Description.Capacity.CpuMillicores) / 1000d);
        _memory.Set(ready.Sum(node => node.Description.Capacity.Memory));
    }

    private async Task LookAtServicesAsync()
    {
        var names = (await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync()).Select(entry => entry.Name.Value).ToList();
        var services = new List<ServiceStatus>();
        foreach (var some in names.Chunk(Batch)) services.AddRange((await Task.WhenAll(some.Select(name => grains.GetGrain<IServiceGrain>(name).GetAsync()))).OfType<ServiceStatus>());
        Count(_tasks, services.SelectMany(service => service.Tasks).Select(task => task.Observed.State));
        var progress = services.Select(service => (service.Revision.Spec.Name.Value, Progress: ServiceProgress.Of(service))).ToList();
        Count(_services, progress.Select(service => service.Progress.State));
        foreach (var gauge in new[] { _wanted, _ready, _pending }) gauge.Clear();
        foreach (var (name, state) in progress)
        {
            _wanted.Set(state.Wanted, name);
            _ready.Set(state.Ready, name);
            _pending.Set(state.Pending, name);
        }
    }
}
