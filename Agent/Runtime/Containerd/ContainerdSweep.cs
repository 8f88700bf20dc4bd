namespace Warren.Agent.Runtime.Containerd;

/// <summary>Finds and removes what belongs to no container any more.</summary>
internal sealed class ContainerdSweep(ContainerdContext context, ContainerdRecords records, ContainerdClearing clearing, ContainerdExecs execs)
{
    /// <returns>What was removed, a line each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var (container, exec) in context.Run.ListExecs())
        {
            await execs.RemoveAsync(container, exec, cancellationToken);
            removed.Add($"{container}: exec {exec} of an agent before this one");
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var record in records.ListRecordsAsync(cancellationToken)) known.Add(record.Id);
        IEnumerable<string> found =
        [
            .. (await records.ListTasksAsync(cancellationToken)).Keys,
            .. await records.ListSnapshotsAsync(cancellationToken),
            .. context.Run.ListContainers(),
            .. context.Cgroups.Children("/" + context.Options.Namespace),
            .. RuncFolders(),
            .. context.Shims.List(),
        ];
        foreach (var id in found.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList())
        {
            using var holder = await context.Locks.EnterAsync(id, cancellationToken);
            var parts = await clearing.RemoveAsync(id, looksForShims: true, cancellationToken);
            if (parts.Count > 0) removed.Add($"{id}: {string.Join(", ", parts)} without a container");
        }
        return removed;
    }

    private IEnumerable<string> RuncFolders()
    {
        var folder = Path.Combine(context.Options.RuncRoot, context.Options.Namespace);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(entry => Path.GetFileName(entry)) : [];
    }
}
