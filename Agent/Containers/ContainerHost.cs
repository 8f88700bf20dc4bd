using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Warren.Agent.Images;
using Warren.Agent.Logs;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;
using Warren.Agent.Volumes;
using Warren.Containers;
using Warren.Images;
using Warren.Volumes;

namespace Warren.Agent.Containers;

/// <summary>
/// Runs whole containers: image, volumes, network, files, logs and process. Everything that belongs to a container is named after it, so each
/// method finishes what a crash cut short, and <see cref="RecoverAsync"/> finds what nobody owns any more. Calls for one container must not
/// overlap.
/// </summary>
public sealed partial class ContainerHost
{
    private readonly NodeFacts _node;
    private readonly ContainerHostParts _parts;
    private readonly ILogger _logger;
    private bool _isNetworkStarted;

    internal ContainerHost(ContainerHostParts parts, NodeFacts node, ILogger<ContainerHost> logger) =>
        (_parts, _node, _logger) = (parts, node, logger);

    /// <summary>The runtime below, for what concerns the process alone: exec, signals, statistics, events.</summary>
    public IContainerRuntime Runtime => _parts.Runtime;

    /// <summary>The images of this node.</summary>
    public IImageStore Images => _parts.Images;

    /// <summary>The volumes of this node.</summary>
    public IVolumeStore Volumes => _parts.Volumes;

    /// <summary>The containers' kept output.</summary>
    public ILogStore Logs => _parts.Logs;

    /// <summary>
    /// Sets up the network and clears what a crash, a reboot or an earlier agent left of containers that do not exist any more. Called before
    /// anything else, and again if it fails. Running containers notice nothing.
    /// </summary>
    /// <param name="keepLogs">Containers whose logs are kept although they are gone.</param>
    /// <param name="cancellationToken">Gives up; the next start clears the rest.</param>
    /// <returns>All containers there are.</returns>
    public async Task<ImmutableArray<ContainerStatus>> RecoverAsync(IReadOnlySet<ContainerId> keepLogs, CancellationToken cancellationToken)
    {
        // Once: what failed before may have been a later step.
        if (!_isNetworkStarted) await _parts.Network.StartAsync(cancellationToken);
        _isNetworkStarted = true;
        // The processes first: what they use can be taken away only after their end.
        var cleared = new List<string>(await _parts.Runtime.SweepAsync(cancellationToken));
        var containers = await _parts.Runtime.ListAsync(cancellationToken);
        var keep = containers.Select(container => container.Id).ToHashSet();
        cleared.AddRange(await _parts.Network.SweepAsync(keep, cancellationToken));
        cleared.AddRange(_parts.Names.Sweep(keep));
        cleared.AddRange(await _parts.Files.SweepAsync(keep));
        cleared.AddRange(_parts.ImageVolumes.Sweep(keep));
        cleared.AddRange(await _parts.Volumes.SweepAsync(keep, cancellationToken));
        cleared.AddRange(await _parts.Logs.SweepAsync(keep.Union(keepLogs).ToHashSet(), cancellationToken));
        foreach (var line in cleared)
            LogCleared(line);
        return containers;
    }

    /// <summary>
    /// Gets a container running. One that runs, or has ended, is left as it is and told; one that a crash left half made is finished. After a
    /// failure nothing of it is left, unless the runtime could not be reached or the call was cancelled: then call again, or remove it.
    /// </summary>
    /// <param name="order">What to run.</param>
    /// <param name="progress">Told how the image's pull goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">The image cannot be had.</exception>
    /// <exception cref="NetworkException">It cannot be connected.</exception>
    /// <exception cref="VolumeException">A volume cannot be had.</exception>
    /// <exception cref="IOException">Its files cannot be written.</exception>
    /// <exception cref="ContainerRuntimeException">It cannot be made or started, or there is one of that name from another order.</exception>
    public async Task<StartedContainer> StartAsync(
        ContainerOrder order, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var hash = SpecHash.Of(order);
        var existing = await _parts.Runtime.FindAsync(order.Id, cancellationToken);
        if (existing is not null && existing.OwnerLabels.GetValueOrDefault(OwnerLabels.SpecHash) != hash)
        {
            throw new ContainerRuntimeException(
                RuntimeFault.Conflict, $"there is a container '{order.Id}' that was made from another order; remove it first");
        }
        if (existing is { State: ContainerState.Exited })
            return new(existing, null);
        // What runs is kept, whatever fails here: the call tells the attachment, and repairs what an agent that was away could not.
        if (existing is { State: ContainerState.Running })
            return new(existing, await AttachAsync(order, cancellationToken));
        try
        {
            return await MakeAsync(order, hash, progress, cancellationToken);
        }
        catch (Exception failure) when (LeavesNothing(failure))
        {
            LogStartFailed(order.Id, failure.Message);
            await RemoveAfterFailureAsync(order.Id);
            throw;
        }
    }

    /// <summary>
    /// Takes over a container that an earlier agent started: nothing of it is changed but what is broken of its connection. By its name alone, since a
    /// name is never given twice: another release may describe the same order otherwise.
    /// </summary>
    /// <returns>The container; null if there is none, or it was never started.</returns>
    /// <exception cref="NetworkException">Its connection cannot be repaired; it runs all the same.</exception>
    /// <exception cref="ContainerRuntimeException">The runtime cannot be reached.</exception>
    public async Task<StartedContainer?> AdoptAsync(ContainerOrder order, CancellationToken cancellationToken) =>
        await _parts.Runtime.FindAsync(order.Id, cancellationToken) switch
        {
            { State: ContainerState.Running } running => new(running, await AttachAsync(order, cancellationToken)),
            { State: ContainerState.Exited } ended => new(ended, null),
            _ => null,
        };

    /// <summary>
    /// Replaces files of a running container, each in one step, and then signals its first process, once for each signal that a changed file names. Called again
    /// with the same files it does nothing, but for signals that an agent did not live to send.
    /// </summary>
    /// <exception cref="IOException">A file cannot be written; those before it are replaced.</exception>
    /// <exception cref="ContainerRuntimeException">The runtime cannot be reached; call again.</exception>
    public async Task ReplaceFilesAsync(ContainerId id, ImmutableArray<FileReplacement> files, CancellationToken cancellationToken)
    {
        foreach (var (file, signal) in files)
        {
            // Noted first: an agent that dies between replacing and signalling leaves it to the next one.
            if (!await _parts.Files.DiffersAsync(id, file, cancellationToken)) continue;
            if (signal is { } number) _parts.Files.NoteSignal(id, number);
            await _parts.Files.ReplaceAsync(id, file, cancellationToken);
            LogReplaced(id, file.Target);
        }

        foreach (var signal in _parts.Files.NotedSignals(id))
        {
            try
            {
                await _parts.Runtime.SignalAsync(id, signal, allProcesses: false, cancellationToken);
            }
            catch (ContainerRuntimeException ended) when (ended.Fault == RuntimeFault.NotFound)
            {
                // The next one begins with the new files.
                LogNotSignalled(id, signal, ended.Message);
            }

            _parts.Files.ForgetSignal(id, signal);
        }
    }

    /// <summary>
    /// Gives back what a container that has ended needs no more: its addresses and ports, its secrets, its volumes. Its output and how it ended stay
    /// until <see cref="RemoveAsync"/>. Called again it does nothing.
    /// </summary>
    public async Task ReleaseAsync(ContainerId id, CancellationToken cancellationToken)
    {
        await _parts.Network.DetachAsync(id, cancellationToken);
        await _parts.Files.RemoveAsync(id);
        await _parts.Volumes.ReleaseAsync(id, cancellationToken);
    }

    /// <summary>Ends a container's process; returns when it has ended. See <see cref="IContainerRuntime.StopAsync"/>.</summary>
    /// <param name="id">The container.</param>
    /// <param name="signal">The number of the signal that asks it to end.</param>
    /// <param name="gracePeriod">How long until SIGKILL.</param>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    public Task<ContainerExit?> StopAsync(ContainerId id, int signal, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        _parts.Runtime.StopAsync(id, signal, gracePeriod, cancellationToken);

    /// <summary>
    /// Removes a container and everything that was made for it, killing it if it runs. Without such a container it clears what may be left of
    /// one. What gives room on the disk goes first, and what cannot be cleared away keeps nothing else.
    /// </summary>
    /// <param name="id">The container.</param>
    /// <param name="keepLogs">Whether its output can still be read afterwards.</param>
    /// <param name="cancellationToken">Gives up; call again.</param>
    public async Task RemoveAsync(ContainerId id, bool keepLogs, CancellationToken cancellationToken)
    {
        await _parts.Runtime.RemoveAsync(id, cancellationToken);
        ExceptionDispatchInfo? first = null;
        foreach (var step in (Func<Task>[])
        [
            () => keepLogs ? _parts.Logs.EndAsync(id, cancellationToken) : _parts.Logs.RemoveAsync(id, cancellationToken),
            () =>
            {
                _parts.ImageVolumes.Remove(id);
                _parts.Names.Remove(id);
                return Task.CompletedTask;
            },
            () => _parts.Files.RemoveAsync(id),
            () => _parts.Network.DetachAsync(id, cancellationToken),
            () => _parts.Volumes.ReleaseAsync(id, cancellationToken),
        ])
        {
            try
            {
                await step();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                first ??= ExceptionDispatchInfo.Capture(failure);
            }
        }

        first?.Throw();
    }

    private async Task<StartedContainer> MakeAsync(
        ContainerOrder order, string hash, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var spec = order.Spec;
        var attachment = await AttachAsync(order, cancellationToken);
        var options = PullOptions.Default with { Credentials = order.PullCredentials };
        var image = await _parts.Images.PullAsync(order.ImageReference(), options, progress, cancellationToken);
        var (hostname, names) = _parts.Names.Prepare(order.Id, spec, attachment);
        var own = new List<ContainerMount>(names);
        own.AddRange(await _parts.Files.WriteAsync(order.Id, order.Files, cancellationToken));
        own.AddRange(_parts.ImageVolumes.Prepare(order.Id, spec, image.Config));
        var request = new ContainerRequest
        {
            Id = order.Id,
            Spec = spec,
            Image = image,
            OwnerLabels = order.Owner.SetItem(OwnerLabels.SpecHash, hash),
            Network = attachment,
            Hostname = hostname,
            Mounts = MountPlan.Compute(spec, _node, await AcquireVolumesAsync(order, cancellationToken), own),
            LogDirectory = _parts.Logs.Prepare(order.Id),
        };
        await _parts.Runtime.PrepareAsync(request, cancellationToken);
        return new(await _parts.Runtime.StartAsync(order.Id, cancellationToken), attachment);
    }

    private async Task<NetworkAttachment?> AttachAsync(ContainerOrder order, CancellationToken cancellationToken) =>
        order.Spec.Network.Mode == NetworkMode.Host
            ? null
            : await _parts.Network.AttachAsync(new(order.Id, order.Spec.Network.Mode, order.Spec.Ports), cancellationToken);

    private async Task<Dictionary<string, string>> AcquireVolumesAsync(ContainerOrder order, CancellationToken cancellationToken)
    {
        var folders = new Dictionary<string, string>();
        foreach (var mount in order.Spec.Mounts.Where(mount => mount.Kind == MountKind.Volume))
        {
            var volume = order.Volumes.FirstOrDefault(candidate => candidate.Name == mount.Source) ?? new VolumeSpec { Name = mount.Source! };
            var folder = await _parts.Volumes.AcquireAsync(volume, order.Id, cancellationToken);
            folders[mount.Target] = mount.Subpath is { } subpath
                ? await _parts.Volumes.BindSubpathAsync(volume.Name, order.Id, subpath, cancellationToken)
                : folder;
        }
        return folders;
    }

    private async Task RemoveAfterFailureAsync(ContainerId id)
    {
        try
        {
            // The caller's token may be what ended the start; what was made goes all the same. Each step below has a time limit of its own.
            await RemoveAsync(id, keepLogs: true, CancellationToken.None);
        }
        catch (Exception failure) when (failure is ContainerRuntimeException or NetworkException or VolumeException or IOException)
        {
            LogRemovalFailed(failure, id, failure.Message);
        }
    }

    // With a runtime out of reach the outcome is unknown: the same order again finds out.
    private static bool LeavesNothing(Exception failure) => failure
        is ContainerRuntimeException { Fault: not (RuntimeFault.Unavailable or RuntimeFault.Conflict) }
        or ImageException { Fault: not ImageFault.RuntimeUnavailable }
        or NetworkException or VolumeException or IOException;
}
