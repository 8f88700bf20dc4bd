using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Volumes;

namespace Warren.Grains.Scheduling;

/// <summary>The nodes while tasks are being placed, and what is asked of them again and again.</summary>
internal sealed class WorkingCluster
{
    private const string LocalDriver = "local";

    private readonly Dictionary<NodeId, WorkingNode> _byId;
    private readonly IReadOnlyList<Platform> _platforms;
    private readonly Dictionary<ServiceName, Dictionary<int, int>> _tasks = [];
    private readonly Dictionary<VolumeName, NodeId?> _volumes = [];
    private readonly HashSet<VolumeName> _anywhere = [];
    private readonly Dictionary<string, bool[]> _constraints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _images = new(StringComparer.Ordinal);

    private WorkingCluster(WorkingNode[] nodes, IReadOnlyList<Platform> platforms)
    {
        (Nodes, _platforms) = (nodes, platforms);
        _byId = nodes.ToDictionary(node => node.Record.Id);
    }

    /// <summary>By id.</summary>
    public WorkingNode[] Nodes { get; }

    /// <param name="snapshot">What is known.</param>
    /// <param name="images">The images of which it matters where they are.</param>
    public static WorkingCluster Of(SchedulingSnapshot snapshot, IEnumerable<string> images)
    {
        var records = snapshot.Nodes.ToArray();
        Array.Sort(records, (left, right) => left.Id.CompareTo(right.Id));
        var platforms = new List<Platform>();
        var cluster = new WorkingCluster([.. records.Select((record, i) => new WorkingNode(record, i) { Platform = PlaceOf(record, platforms) })], platforms);
        foreach (var image in images) cluster._images.TryAdd(image, []);
        foreach (var node in cluster.Nodes) cluster.Read(node);
        cluster.Read(snapshot.InFlight);
        foreach (var volume in snapshot.Volumes)
        {
            // A volume that every node reaches is in nobody's way.
            if (volume.Node is not null || volume.Spec.Driver == LocalDriver) cluster._volumes[volume.Name] = volume.Node;
            else cluster._anywhere.Add(volume.Name);
        }

        return cluster;
    }

    public WorkingNode? Find(NodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>Makes nodes and group ready for each other.</summary>
    public void Prepare(TaskGroup group)
    {
        var requirements = group.Requirements;
        foreach (var node in Nodes) (node.ServiceTasks, node.HasImage) = (0, false);
        if (_tasks.TryGetValue(requirements.Service, out var tasks))
        {
            foreach (var (place, count) in tasks) Nodes[place].ServiceTasks = count;
        }

        if (_images.TryGetValue(requirements.Image, out var places))
        {
            foreach (var place in places) Nodes[place].HasImage = true;
        }

        group.Constraints = [.. requirements.Placement.Constraints.Select(text => (text, Meeting(text)))];
        group.Platforms = requirements.Platforms.IsEmpty
            ? null
            : [.. _platforms.Select(platform => requirements.Platforms.Any(platform.Runs))];
        LocateVolumes(group);
    }

    /// <summary>The values of an attribute, by the nodes' places; empty for a node without it.</summary>
    public string[] Values(string attribute)
    {
        if (_values.TryGetValue(attribute, out var values)) return values;
        values = NodeAttribute.TryParse(attribute, out var known)
            ? Array.ConvertAll(Nodes, node => known.ValueOn(node.Record.Id, node.Record.Spec, node.Record.Description) ?? "")
            : Array.ConvertAll(Nodes, _ => "");
        _values.Add(attribute, values);
        return values;
    }

    /// <summary>Counts a task as placed.</summary>
    /// <returns>Whether that put a volume somewhere, so that other nodes are out of question now.</returns>
    public bool Place(TaskGroup group, WorkingNode node)
    {
        var requirements = group.Requirements;
        node.Promise(requirements.Resources, requirements.HostPorts.AsSpan());
        node.ServiceTasks++;
        Count(requirements.Service, node, 1);
        if (group.UnplacedVolumes.Count == 0) return false;
        foreach (var volume in group.UnplacedVolumes) _volumes[volume] = node.Record.Id;
        LocateVolumes(group);
        return true;
    }

    /// <summary>Counts a task as about to leave: it is not spread any more, but what it was promised is not free yet.</summary>
    public void Leave(ServiceName service, WorkingNode node) => Count(service, node, -1);

    private static int PlaceOf(NodeRecord record, List<Platform> platforms)
    {
        var place = platforms.IndexOf(record.Description.Platform);
        if (place >= 0) return place;
        platforms.Add(record.Description.Platform);
        return platforms.Count - 1;
    }

    private void Read(WorkingNode node)
    {
        foreach (var reservation in node.Record.Reservations) Promise(reservation, node);
        foreach (var image in node.Record.Images)
        {
            if (_images.TryGetValue(image, out var places)) places.Add(node.Index);
        }
    }

    private void Read(ImmutableArray<InFlightPlacement> inFlight)
    {
        if (inFlight.IsEmpty) return;
        var known = Nodes.SelectMany(node => node.Record.Reservations.Select(reservation => reservation.Task)).ToHashSet();
        foreach (var placement in inFlight)
        {
            if (known.Add(placement.Reservation.Task) && Find(placement.Node) is { } node) Promise(placement.Reservation, node);
        }
    }

    private void Promise(NodeReservation reservation, WorkingNode node)
    {
        node.Promise(reservation.Resources, reservation.HostPorts.AsSpan());
        Count(reservation.Task.Service, node, 1);
    }

    private void Count(ServiceName service, WorkingNode node, int change)
    {
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_tasks, service, out _);
        counts ??= [];
        CollectionsMarshal.GetValueRefOrAddDefault(counts, node.Index, out _) += change;
    }

    /// <summary>Nobody meets a constraint that cannot be read: the tasks wait and say so.</summary>
    private bool[] Meeting(string text)
    {
        if (_constraints.TryGetValue(text, out var meeting)) return meeting;
        meeting = PlacementConstraint.TryParse(text, out var constraint, out _)
            ? Array.ConvertAll(Nodes, node => constraint.IsMetBy(node.Record.Id, node.Record.Spec, node.Record.Description))
            : new bool[Nodes.Length];
        _constraints.Add(text, meeting);
        return meeting;
    }

    private void LocateVolumes(TaskGroup group)
    {
        group.Volumes.Clear();
        group.UnplacedVolumes.Clear();

        // Each node has its own volumes for the tasks of a global service.
        if (group.IsOnGivenNodes) return;
        foreach (var volume in group.Requirements.Volumes)
        {
            if (_anywhere.Contains(volume)) continue;
            if (_volumes.GetValueOrDefault(volume) is { } place) group.Volumes.Add((volume.Value, Find(place)?.Index ?? -1));
            else group.UnplacedVolumes.Add(volume);
        }
    }
}
