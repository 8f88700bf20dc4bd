using Warren.Events;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Which events a reader wants.</summary>
internal sealed class EventFilter
{
    private readonly ServiceName? _service;
    private readonly NodeId? _node;
    private readonly HashSet<SubjectKind> _kinds = [];

    /// <summary>Reads what a request says.</summary>
    /// <exception cref="ValidationException">Something is wrong with it; all problems are named.</exception>
    public EventFilter(Proto.ReadEventsRequest request)
    {
        var problems = new FieldProblems();
        if (request.HasService)
        {
            if (ServiceName.TryParse(request.Service, out var service)) _service = service;
            else problems.Add("service", $"must be {ServiceName.Rule}, was '{request.Service}'");
        }

        if (request.HasNode)
        {
            if (NodeId.TryParse(request.Node, out var node)) _node = node;
            else problems.Add("node", $"must be the id of a node: {NodeId.Rule}, was '{request.Node}'");
        }

        for (var i = 0; i < request.SubjectKinds.Count; i++)
        {
            if (problems.Optional<Proto.SubjectKind, SubjectKind>($"subjectKinds[{i}]", request.SubjectKinds[i]) is { } kind) _kinds.Add(kind);
        }

        problems.ThrowIfAny("the request");
    }

    /// <summary>Whether it wants the event.</summary>
    public bool Matches(ClusterEvent happened) =>
        (_service is null || happened.Service == _service) && (_node is null || happened.Node == _node)
        && (_kinds.Count == 0 || _kinds.Contains(happened.Subject.Kind));
}
