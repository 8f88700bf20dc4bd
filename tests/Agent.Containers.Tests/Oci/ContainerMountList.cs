using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>Mounts of a spec, as the agent turns them into those of a request.</summary>
internal sealed class ContainerMountList
{
    private readonly List<MountSpec> _mounts = [];

    public ContainerMountList Bind(
        string source, string target, bool readOnly = false, MountPropagation propagation = MountPropagation.Private)
    {
        _mounts.Add(new() { Kind = MountKind.Bind, Source = source, Target = target, ReadOnly = readOnly, Propagation = propagation });
        return this;
    }

    public ContainerMountList Tmpfs(string target, long? size = null, int? mode = null)
    {
        _mounts.Add(new() { Kind = MountKind.Tmpfs, Target = target, TmpfsSize = size, TmpfsMode = mode });
        return this;
    }

    public ImmutableArray<ContainerMount> ToMounts(NodeFacts node) => [.. _mounts.Select(mount => SpecMounts.Create(mount, mount.Source, node))];
}
