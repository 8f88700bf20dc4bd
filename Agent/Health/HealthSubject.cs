using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Health;

/// <summary>A running container whose health is watched.</summary>
/// <param name="Id">Its name.</param>
/// <param name="StartedAt">When it began to run.</param>
/// <param name="Probes">Its probes, at most one of each kind.</param>
public sealed record HealthSubject(ContainerId Id, DateTimeOffset StartedAt, ImmutableArray<WatchedProbe> Probes);
