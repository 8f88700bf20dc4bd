using Warren.Nodes;
using Warren.Services;

namespace Warren.Silo.Api.Stats;

/// <summary>Of what the use is wanted.</summary>
/// <param name="Service">The service; null: all.</param>
/// <param name="Node">The node; null: all.</param>
/// <param name="WithTasks">Whether tasks are wanted.</param>
/// <param name="Interval">The time between two measurements.</param>
internal sealed record StatsScope(ServiceName? Service, NodeId? Node, bool WithTasks, TimeSpan Interval);
