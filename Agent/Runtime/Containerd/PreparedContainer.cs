using Warren.Agent.Runtime.Containerd.Api.ContainersV1;
using Warren.Agent.Runtime.Containerd.Api.Types;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>What the start of a container takes.</summary>
/// <param name="Record">Its record, as it was made.</param>
/// <param name="Mounts">Its root file system.</param>
/// <param name="Log">The URI of its logger; empty for none.</param>
/// <param name="HasTerminal">Whether it has a terminal.</param>
internal sealed record PreparedContainer(Container Record, IReadOnlyList<Mount> Mounts, string Log, bool HasTerminal);
