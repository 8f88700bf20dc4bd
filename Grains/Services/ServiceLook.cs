using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Grains.Nodes;
using Warren.Nodes;
using Warren.Services;
using Warren.Volumes;

namespace Warren.Grains.Services;

/// <summary>
/// What a service looks at besides its own state: nodes and volumes. If these cannot be had in time it goes by what it knows, and looks again; a node
/// that it does not know it leaves alone.
/// </summary>
internal sealed partial class ServiceLook(NodeView nodes, ServiceObjects objects, TimeProvider time, TimeSpan limit, ILogger log)
{
    private ImmutableSortedDictionary<VolumeName, NodeId> _keepers = ImmutableSortedDictionary<VolumeName, NodeId>.Empty;
    private long _heard;
    private bool _isOld;

    /// <summary>Whether it went by less than it should know.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>The catalog of nodes has a version that concerns the service.</summary>
    public void HeardOf(long version) => _heard = Math.Max(_heard, version);

    /// <summary>
    /// Tasks were placed, by nodes as the scheduler knows them: a label that it was given meanwhile is not told to services that had nothing on the
    /// node, and by an older one they would take the task away again.
    /// </summary>
    public void HeardOfPlacement() => _isOld = true;

    /// <summary>The service follows nodes from now on: of those that changed before, nobody told it.</summary>
    public void BeginsToFollow() => _isOld = true;

    /// <summary>The nodes and volumes for a decision.</summary>
    public async Task<(NodeViewSnapshot Nodes, ImmutableSortedDictionary<VolumeName, NodeId> Keepers)> LookAsync(ServiceState state)
    {
        IsBehind = false;
        await TryAsync(state.Name, () => _isOld ? nodes.RefreshAsync() : nodes.EnsureAtLeastAsync(_heard));
        _isOld &= IsBehind;
        var names = ObjectNames.Volumes(state.Revisions);
        _keepers = _keepers.RemoveRange(_keepers.Keys.Where(volume => !names.Contains(volume.Value)));

        // A volume comes to be on a node with the first task that is placed with it, and stays there.
        var unknown = names.Where(name => !_keepers.ContainsKey(new(name))).ToArray();
        if (unknown.Length > 0 && state.Tasks.Values.Any(task => task.Node is not null))
            await TryAsync(state.Name, async () => _keepers = _keepers.SetItems(await objects.KeepersAsync(unknown)));
        return (nodes.Current, _keepers);
    }

    private async Task TryAsync(ServiceName service, Func<Task> look)
    {
        try
        {
            await look().WaitAsync(limit, time);
        }
        catch (Exception failure)
        {
            IsBehind = true;
            LogLookFailed(failure, service);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} decides by what it knew of nodes and volumes: they could not be looked at")]
    private partial void LogLookFailed(Exception failure, ServiceName service);
}
