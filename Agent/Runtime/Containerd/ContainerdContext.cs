using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime.Cgroups;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>What all parts of the adapter work with.</summary>
internal sealed class ContainerdContext(ContainerdOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    public ContainerdOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public ContainerdLog Log { get; } = new(logger);

    public ContainerdConnection Connection { get; } = new(options, time);

    /// <summary>What changes one container holds its lock; nothing waits for a container under it.</summary>
    public KeyedLocks Locks { get; } = new();

    public RuntimeEventHub Events { get; } = new(options.WatchCapacity);

    public RunFolder Run { get; } = new(options.RunDirectory);

    public ShimRemains Shims { get; } = new(options, time);

    public CgroupTree Cgroups { get; } = CgroupTree.OfThisMachine(time);

    public string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>The control group of a container, from the root of each hierarchy.</summary>
    public string CgroupOf(string id) => $"/{Options.Namespace}/{id}";

    /// <summary>Where runc keeps a container's state.</summary>
    public string RuncFolderOf(string id) => Path.Combine(Options.RuncRoot, Options.Namespace, id);

    /// <summary>Does one step, and tells a test before and after it.</summary>
    public async Task<T> StepAsync<T>(ContainerdStep step, string id, Func<Task<T>> action)
    {
        if (Options.StepReached is not { } reached) return await action();
        await reached(step, id, false);
        var result = await action();
        await reached(step, id, true);
        return result;
    }

    /// <inheritdoc cref="StepAsync{T}"/>
    public Task StepAsync(ContainerdStep step, string id, Func<Task> action) => StepAsync(step, id, async () =>
    {
        await action();
        return true;
    });

    /// <inheritdoc cref="StepAsync{T}"/>
    public Task StepAsync(ContainerdStep step, string id, Action action) => StepAsync(step, id, () =>
    {
        action();
        return Task.FromResult(true);
    });

    public void Dispose()
    {
        Events.Close();
        Connection.Dispose();
    }
}
