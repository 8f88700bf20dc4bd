using System.Collections.Immutable;
using Warren.Catalogs;
using Warren.Configs;
using Warren.Grains.References;
using Warren.Grains.Services;
using Warren.References;
using Warren.Scheduling;
using Warren.Secrets;
using Warren.Services;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Lists;
using Warren.Tasks;
using Warren.Volumes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Planning;

/// <summary>Looks ahead: asks each grain what a write would do, and the scheduler where tasks would go. Writes nothing.</summary>
internal sealed class Planner(IGrainFactory grains, NodeLookup nodes)
{
    // So many grains are asked at once, as by lists.
    private const int Batch = 64;

    /// <summary>What a request would do.</summary>
    /// <exception cref="ValidationException">The request itself is wrong.</exception>
    public async Task<Proto.PlanResponse> PlanAsync(Proto.PlanRequest request)
    {
        var written = PlanReader.Written(request);
        var removed = PlanReader.Removed(request, written);
        if (request.PruneSelector.Length > 0) await AddPrunedAsync(LabelSelector.Parse(request.PruneSelector), written, removed);
        List<PlanItem> all = [.. written, .. removed];
        await ForEachAsync(all.Where(item => item.Kind != Proto.ResourceKind.Service), item => new ObjectPlanner(grains).LookAsync(item));
        var services = all.Where(item => item.Kind == Proto.ResourceKind.Service).ToList();
        await ForEachAsync(services, item => LookAsync(item, all));
        var concerned = await ConcernedAsync(all);
        await CheckUsersAsync(all);
        await PlaceAsync([.. services, .. concerned]);
        removed.RemoveAll(item => item.Plan.Change == Proto.ChangeKind.None);
        foreach (var item in all.Where(item => item.IsRefused)) item.Plan.Change = Proto.ChangeKind.Refused;
        return new() { Resources = { Ordered(written, removed, concerned).Select(item => item.Plan) } };
    }

    // What services name is there before them; what is removed goes after those that used it.
    private static IEnumerable<PlanItem> Ordered(IEnumerable<PlanItem> written, IEnumerable<PlanItem> removed, IEnumerable<PlanItem> concerned) =>
        written.OrderBy(item => item.Kind).Concat(concerned).Concat(removed.OrderByDescending(item => item.Kind));

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> look) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = Batch }, async (item, _) => await look(item));

    private static ObjectKind KindOf(Proto.ResourceKind kind) => kind switch
    {
        Proto.ResourceKind.Secret => ObjectKind.Secret,
        Proto.ResourceKind.Config => ObjectKind.Config,
        _ => ObjectKind.Volume,
    };

    private static bool IsRolled(ServiceSpec spec, IEnumerable<PlanItem> all) =>
        all.Any(item => item.IsRenewed && ObjectNames.RollsOn(spec, KindOf(item.Kind), item.Name));

    private async Task AddPrunedAsync(LabelSelector labels, List<PlanItem> written, List<PlanItem> removed)
    {
        var services = (await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync()).Select(entry => entry.Name.Value);
        var secrets = await grains.GetGrain<INameCatalogGrain>(INameCatalogGrain.Secrets).ListAsync();
        var configs = await grains.GetGrain<INameCatalogGrain>(INameCatalogGrain.Configs).ListAsync();
        await AddAsync(Proto.ResourceKind.Service, services, async name =>
            await grains.GetGrain<IServiceGrain>(name).GetAsync() is { IsRemoving: false } service ? service.Revision.Spec.Labels : null);
        await AddAsync(Proto.ResourceKind.Secret, secrets, async name => (await grains.GetGrain<ISecretGrain>(name).GetAsync())?.Labels);
        await AddAsync(Proto.ResourceKind.Config, configs, async name => (await grains.GetGrain<IConfigGrain>(name).GetAsync())?.Spec.Labels);

        async Task AddAsync(Proto.ResourceKind kind, IEnumerable<string> names, Func<string, Task<ImmutableSortedDictionary<string, string>?>> labelsOf)
        {
            var known = written.Concat(removed).Where(item => item.Kind == kind).Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
            var found = new System.Collections.Concurrent.ConcurrentBag<string>();
            await ForEachAsync(names.Where(name => !known.Contains(name)), async name =>
            {
                if (await labelsOf(name) is { } has && labels.Matches(has)) found.Add(name);
            });
            removed.AddRange(found.Order(StringComparer.Ordinal).Select(name => PlanItem.Removal(kind, name)));
        }
    }

    private async Task LookAsync(PlanItem item, IReadOnlyCollection<PlanItem> all)
    {
        if (item.Service is { } named) await CheckNamesAsync(item, named, all);
        if (item.Service is null && !item.IsRemoval) return;
        var forecast = await grains.GetGrain<IServiceGrain>(item.Name).ForecastAsync(item.Service, item.Service is { } spec && IsRolled(spec, all));
        item.Plan.Version = forecast.Version;
        if (item.IsRemoval)
        {
            item.Plan.Change = forecast.Before is null || forecast.IsRemoving ? Proto.ChangeKind.None : Proto.ChangeKind.Delete;
        }
        else
        {
            if (forecast.IsRemoving) item.Add("", "is being removed; make it again when that is done");
            var changes = ServiceChanges.Between(forecast.Before, item.Service!);
            item.Plan.Changes.AddRange(changes);
            item.Plan.Change = forecast.Before is null ? Proto.ChangeKind.Create : changes.Count > 0 ? Proto.ChangeKind.Update : Proto.ChangeKind.None;
        }

        if (!item.IsRefused) item.Tasks = forecast.Tasks;
    }

    private async Task CheckNamesAsync(PlanItem item, ServiceSpec spec, IReadOnlyCollection<PlanItem> all)
    {
        var known = item.Plan.Problems.Select(problem => problem.Field).ToHashSet(StringComparer.Ordinal);
        foreach (var (kind, name, path) in ObjectNames.In(spec))
        {
            if (known.Contains(path)) continue;
            var word = kind.ToString().ToLowerInvariant();
            var planned = all.FirstOrDefault(other => other.Kind != Proto.ResourceKind.Service && KindOf(other.Kind) == kind && other.Name == name);
            if (planned is { IsRemoval: true }) item.Add(path, $"must name a {word} that stays, '{name}' is to be removed");
            else if (planned is null && !await IsThereAsync(kind, name)) item.Add(path, $"must name a {word} that is there, was '{name}'; make it first, or together with the service");
        }
    }

    private async Task<bool> IsThereAsync(ObjectKind kind, string name) => kind switch
    {
        ObjectKind.Secret => await grains.GetGrain<ISecretGrain>(name).GetAsync() is not null,
        ObjectKind.Config => await grains.GetGrain<IConfigGrain>(name).GetAsync() is not null,
        _ => !VolumeName.TryParse(name, out _) || await grains.GetGrain<IVolumeGrain>(name).GetAsync() is not null,
    };

    /// <summary>Services that are not written, but whose tasks are replaced since a secret or config is.</summary>
    private async Task<List<PlanItem>> ConcernedAsync(IReadOnlyCollection<PlanItem> all)
    {
        var found = new System.Collections.Concurrent.ConcurrentBag<PlanItem>();
        if (!all.Any(item => item.IsRenewed)) return [];
        var names = (await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync()).Select(entry => entry.Name.Value);
        var known = all.Where(item => item.Kind == Proto.ResourceKind.Service).Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        await ForEachAsync(names.Where(name => !known.Contains(name)), async name =>
        {
            if (await grains.GetGrain<IServiceGrain>(name).GetAsync() is not { IsRemoving: false, Revision.Spec: var spec } || !IsRolled(spec, all)) return;
            var forecast = await grains.GetGrain<IServiceGrain>(name).ForecastAsync(spec, isRenewed: true);
            var item = PlanItem.Of(spec);
            (item.Plan.Change, item.Plan.Version, item.Tasks) = (Proto.ChangeKind.None, forecast.Version, forecast.Tasks);
            found.Add(item);
        });
        return [.. found.OrderBy(item => item.Name, StringComparer.Ordinal)];
    }

    /// <summary>What is to be removed is used by nobody who stays as he is.</summary>
    private async Task CheckUsersAsync(IReadOnlyCollection<PlanItem> all)
    {
        var planned = all.Where(item => item.Kind == Proto.ResourceKind.Service).Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        await ForEachAsync(all.Where(item => item.IsRemoval && item.Kind != Proto.ResourceKind.Service && item.Plan.Change == Proto.ChangeKind.Delete), async item =>
        {
            var users = (await ObjectUsers.FindAsync(grains, KindOf(item.Kind), item.Name)).Where(user => !planned.Contains(user.Service.Value)).ToList();
            if (users.Count > 0)
                item.Add("", $"is in use by service {string.Join(", ", users.Select(user => user.Service).Order())}; change or remove those first, or with it");
        });
    }

    /// <summary>Asks for all tasks at once, so that they are placed beside each other.</summary>
    private async Task PlaceAsync(IReadOnlyCollection<PlanItem> services)
    {
        var tasks = services.SelectMany(item => item.Tasks).ToList();
        ImmutableArray<PendingTask> made = [.. tasks.Where(task => task.Successor is not null).Select(task => task.Successor!)];
        ImmutableArray<TaskId> ending = [.. tasks.Where(task => task is { Fate: TaskFate.Replace or TaskFate.Stop, Task: not null }).Select(task => task.Task!.Value)];
        var placed = made.IsEmpty
            ? []
            : (await grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key).ForecastAsync(made, ending)).ToDictionary(placement => placement.Task);
        var names = tasks.Count == 0 ? null : await nodes.AllAsync();
        foreach (var item in services)
        {
            foreach (var task in item.Tasks)
                item.Plan.Tasks.Add(TaskForecastMap.Write(task, task.Successor is { } next ? placed.GetValueOrDefault(next.Id) : null, id => names!.TryGetValue(id, out var node) ? node.Description.Name : id.Value));
        }
    }
}
