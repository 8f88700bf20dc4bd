using System.Collections.Immutable;
using Warren.Agent.Network;
using Warren.Agent.Network.NameFiles;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Containers;

/// <summary>The hosts, hostname and resolv.conf files of containers.</summary>
/// <param name="folders">Where they lie.</param>
/// <param name="writer">Who writes them.</param>
internal sealed class ContainerNames(ContainerFolders folders, NameFileWriter writer)
{
    /// <summary>Writes the files and says how to mount them. Called again it writes them again.</summary>
    /// <exception cref="NetworkException">They cannot be written.</exception>
    public (string Hostname, ImmutableArray<ContainerMount> Mounts) Prepare(ContainerId id, ContainerSpec spec, NetworkAttachment? network)
    {
        folders.EnsureRoot();
        var files = writer.Write(
            new(id, folders.PathOf(id), spec.Network, network?.Addresses ?? [], spec.Hostname, spec.ExtraHosts));
        return (files.Hostname, [Bind(files.Hosts, "/etc/hosts"), Bind(files.HostnameFile, "/etc/hostname"), Bind(files.ResolvConf, "/etc/resolv.conf")]);
    }

    /// <inheritdoc cref="ContainerFolders.Remove"/>
    public void Remove(ContainerId id) => folders.Remove(id);

    /// <inheritdoc cref="ContainerFolders.Sweep"/>
    public ImmutableArray<string> Sweep(IReadOnlySet<ContainerId> keep) => folders.Sweep(keep);

    // Programs of the container may change them, as they may with Docker.
    private static ContainerMount Bind(string source, string target) => new("bind", source, target, ["bind", "rprivate"]);
}
