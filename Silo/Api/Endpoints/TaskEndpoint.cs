using Grpc.Core;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Lists;
using Warren.Silo.Api.Mapping;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Tasks, for callers.</summary>
internal sealed class TaskEndpoint(IGrainFactory grains, NodeLookup nodes) : Proto.TaskApi.TaskApiBase
{
    public override async Task<Proto.Task> Get(Proto.GetTaskRequest request, ServerCallContext context)
    {
        var id = Names.Task(request.Id);

        // The service knows why a task waits; the task's own grain does not.
        var service = await grains.GetGrain<IServiceGrain>(id.Service.Value).GetAsync();
        var task = service?.Tasks.FirstOrDefault(task => task.Id == id) ?? throw new NotFoundException($"there is no task {id}");
        var all = await nodes.AllAsync();
        return TaskMap.Write(task, node => NameOf(all, node));
    }

    public override async Task<Proto.ListTasksResponse> List(Proto.ListTasksRequest request, ServerCallContext context)
    {
        var (page, labels) = (PageRequest.Of(request.Page), LabelSelector.Parse(request.LabelSelector));
        var after = page.After.Length == 0 ? default(TaskId?) : TaskId.TryParse(page.After, out var last)
            ? last
            : throw new ValidationException("the request", [new("page.token", $"must be the nextPageToken of an answer, was '{page.After}'")]);
        var node = request.HasNode ? await nodes.FindAsync(request.Node) : default(NodeId?);
        var names = request.HasService ? [Names.Service(request.Service)] : await NamesAsync(after);
        var all = await nodes.AllAsync();
        var tasks = new List<TaskRecord>();
        foreach (var name in names)
        {
            var service = await grains.GetGrain<IServiceGrain>(name.Value).GetAsync();
            if (service is null && request.HasService) throw new NotFoundException($"there is no service {name}");
            if (service is null || !labels.Matches(service.Revision.Spec.Labels)) continue;
            tasks.AddRange(service.Tasks.Where(task => IsWanted(task, node, request.IncludeEnded) && !(task.Id.CompareTo(after ?? default) <= 0)).OrderBy(task => task.Id));

            // One more than fits, to know whether there is another page.
            if (tasks.Count > page.Size) break;
        }

        var shown = tasks.Take(page.Size).ToList();
        return new()
        {
            Tasks = { shown.Select(task => TaskMap.Write(task, id => NameOf(all, id))) },
            NextPageToken = tasks.Count > page.Size ? shown[^1].Id.ToString() : "",
        };
    }

    private static bool IsWanted(TaskRecord task, NodeId? node, bool includeEnded) =>
        (node is null || task.Node == node) && (includeEnded || !task.Observed.State.IsFinal);

    private static string NameOf(IReadOnlyDictionary<NodeId, NodeRecord> all, NodeId node) =>
        all.TryGetValue(node, out var known) ? known.Description.Name : "";

    private async Task<IReadOnlyList<ServiceName>> NamesAsync(TaskId? after) =>
    [
        .. (await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync())
            .Select(entry => entry.Name).Where(name => after is null || name.CompareTo(after.Value.Service) >= 0).Order(),
    ];
}
