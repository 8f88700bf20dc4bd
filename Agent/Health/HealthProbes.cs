using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Health;

/// <summary>Makes the probe that a spec asks for.</summary>
public static class HealthProbes
{
    /// <param name="spec">The probe's spec, which is valid.</param>
    /// <param name="target">The container.</param>
    /// <param name="runtime">Runs the commands of exec probes.</param>
    /// <param name="time">The clock of what a probe waits for by itself.</param>
    /// <exception cref="ArgumentException">None of the four ways is given, or more than one.</exception>
    public static IHealthProbe Create(ProbeSpec spec, ProbeTarget target, IContainerRuntime runtime, TimeProvider time)
    {
        List<IHealthProbe> ways = [];
        if (spec.Http is { } http) ways.Add(new HttpHealthProbe(http, target.Address));
        if (spec.TcpPort is { } port) ways.Add(new TcpHealthProbe(target.Address, port));
        if (!spec.Exec.IsDefaultOrEmpty) ways.Add(new ExecHealthProbe(runtime, target.Id, spec.Exec, time));
        if (spec.Grpc is { } grpc) ways.Add(new GrpcHealthProbe(grpc, target.Address));
        return ways.Count == 1 ? ways[0] : throw new ArgumentException($"a probe asks in exactly one way, this one in {ways.Count}", nameof(spec));
    }
}
