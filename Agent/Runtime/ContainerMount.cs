using System.Collections.Immutable;

namespace Warren.Agent.Runtime;

/// <summary>One mount of a container, as <c>mount(2)</c> takes it.</summary>
/// <param name="Type"><c>bind</c>, <c>tmpfs</c>, …</param>
/// <param name="Source">A path of the node, or a name for file systems without one.</param>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="Options">Mount options: <c>rbind</c>, <c>ro</c>, <c>rprivate</c>, <c>size=…</c></param>
public sealed record ContainerMount(string Type, string Source, string Target, ImmutableArray<string> Options);
