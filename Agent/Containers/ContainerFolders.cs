using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Containers;

/// <summary>Folders of the node, one for each container, called by its name. Methods may be called again after a crash.</summary>
/// <param name="root">The folder of them all; made when it does not exist.</param>
/// <param name="what">What lies in them, for the log.</param>
internal sealed class ContainerFolders(string root, string what)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder of a container; it need not exist.</summary>
    public string PathOf(ContainerId id) => Path.Combine(root, id.Value);

    /// <summary>Makes the root, readable for its owner alone, so that no user of the node reaches what lies below.</summary>
    public void EnsureRoot() => Directory.CreateDirectory(root, OwnerOnly);

    /// <summary>Removes a container's folder with what is in it. The container must not run any more.</summary>
    public void Remove(ContainerId id)
    {
        if (Directory.Exists(PathOf(id))) Directory.Delete(PathOf(id), recursive: true);
    }

    /// <summary>Removes the folders of all containers but these.</summary>
    /// <returns>What was removed, a line each, for the log.</returns>
    public ImmutableArray<string> Sweep(IReadOnlySet<ContainerId> keep)
    {
        if (!Directory.Exists(root)) return [];
        var removed = ImmutableArray.CreateBuilder<string>();
        foreach (var folder in Directory.GetDirectories(root))
        {
            if (ContainerId.TryParse(Path.GetFileName(folder), out var id) && keep.Contains(id)) continue;
            Directory.Delete(folder, recursive: true);
            removed.Add($"the {what} at {folder}, of a container that does not exist");
        }
        return removed.ToImmutable();
    }
}
