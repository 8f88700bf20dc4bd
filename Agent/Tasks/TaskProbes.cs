using System.Collections.Immutable;
using System.Net;
using Warren.Agent.Containers;
using Warren.Agent.Health;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Tasks;

/// <summary>What is asked of a running container.</summary>
internal static class TaskProbes
{
    /// <summary>Its probes; null if it has none.</summary>
    public static HealthSubject? Of(ContainerSpec spec, StartedContainer started, IContainerRuntime runtime, TimeProvider time)
    {
        if (spec.Liveness is null && spec.Readiness is null) return null;
        var id = started.Status.Id;
        var target = new ProbeTarget(id, started.Network?.Addresses is [var address, ..] ? address : IPAddress.Loopback);
        var probes = ImmutableArray.CreateBuilder<WatchedProbe>();
        if (spec.Liveness is { } liveness) probes.Add(new(ProbeKind.Liveness, liveness, HealthProbes.Create(liveness, target, runtime, time)));
        if (spec.Readiness is { } readiness) probes.Add(new(ProbeKind.Readiness, readiness, HealthProbes.Create(readiness, target, runtime, time)));
        return new(id, started.Status.StartedAt ?? time.GetUtcNow(), probes.ToImmutable());
    }
}
