using System.Collections.Immutable;

namespace Warren.Agent.Runtime;

/// <summary>
/// Runs containers. Every method may be called again after a crash or a time-out and then finishes what was begun; each says what a
/// second call does. Methods for one container may be called at once from several places; the runtime puts them in order.
/// Failures are <see cref="ContainerRuntimeException"/>; when the runtime cannot be reached its reason is
/// <see cref="RuntimeFault.Unavailable"/>, and the outcome of the call is unknown.
/// </summary>
public interface IContainerRuntime : IAsyncDisposable
{
    /// <summary>Name and version, for people and for the node's report.</summary>
    /// <exception cref="ContainerRuntimeException">It cannot be reached.</exception>
    Task<RuntimeDescription> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes a container and does not start it. Called again with the same request (by its spec hash) it does nothing; after a crash in the
    /// middle it removes what is half made and makes it anew.
    /// </summary>
    /// <exception cref="ContainerRuntimeException">
    /// <see cref="RuntimeFault.Conflict"/>: there is one of that name with another spec hash. <see cref="RuntimeFault.Invalid"/>: the
    /// request cannot be carried out, the message says why (no such user in the image, no such device, …).
    /// </exception>
    Task PrepareAsync(ContainerRequest request, CancellationToken cancellationToken);

    /// <summary>Starts a container that was made. When it runs, or has already ended, this does nothing: a container runs once.</summary>
    /// <returns>Its state after the start; a short-lived process may have ended already.</returns>
    /// <exception cref="ContainerRuntimeException">
    /// <see cref="RuntimeFault.NotFound"/>: it was not made. <see cref="RuntimeFault.Invalid"/>: the command does not exist in the image or
    /// may not be run, or the kernel refuses a part of the spec; the container is left to be removed.
    /// </exception>
    Task<ContainerStatus> StartAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Waits for the end of a container. After the end it returns at once, with the same answer, until the removal.</summary>
    /// <exception cref="ContainerRuntimeException"><see cref="RuntimeFault.NotFound"/>: it does not exist, or was removed meanwhile.</exception>
    Task<ContainerExit> WaitAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the first process to end, waits, then kills all processes of the container; returns when it has ended. One that is only made, has
    /// ended, or does not exist is left as it is. A second call with a shorter grace period shortens the first.
    /// </summary>
    /// <param name="id">The container.</param>
    /// <param name="signal">The number of the signal that asks.</param>
    /// <param name="gracePeriod">How long to wait before SIGKILL; zero for SIGKILL at once.</param>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <returns>How it ended, or null if there was nothing that could end.</returns>
    Task<ContainerExit?> StopAsync(ContainerId id, int signal, TimeSpan gracePeriod, CancellationToken cancellationToken);

    /// <summary>Sends a signal to the first process, or to all processes.</summary>
    /// <exception cref="ContainerRuntimeException"><see cref="RuntimeFault.NotFound"/>: it does not run.</exception>
    Task SignalAsync(ContainerId id, int signal, bool allProcesses, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a container and all that the runtime keeps for it; one that runs is killed. Without such a container it clears what may be
    /// left of one (snapshot, bundle, cgroup, lease) and does nothing more.
    /// </summary>
    Task RemoveAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>One container, or null.</summary>
    Task<ContainerStatus?> FindAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>
    /// All containers of Warren's namespace, whoever made them. A container whose process the runtime has lost (its shim was killed)
    /// is listed as exited with <see cref="ContainerExit.Unseen"/>, after its processes were killed.
    /// </summary>
    Task<ImmutableArray<ContainerStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Events from now on, beginning with <see cref="RuntimeEventKind.Resync"/>. Never ends by itself: a lost connection is opened again
    /// with growing pauses and told by another <see cref="RuntimeEventKind.Resync"/>. A reader that falls far behind gets that too,
    /// instead of what it missed.
    /// </summary>
    IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Runs a further process in a running container.</summary>
    /// <exception cref="ContainerRuntimeException">
    /// <see cref="RuntimeFault.NotFound"/>: the container does not run. <see cref="RuntimeFault.Invalid"/>: no such command.
    /// </exception>
    Task<IExecSession> ExecAsync(ContainerId id, ExecRequest request, CancellationToken cancellationToken);

    /// <summary>What a running container uses now.</summary>
    /// <exception cref="ContainerRuntimeException"><see cref="RuntimeFault.NotFound"/>: it does not run.</exception>
    Task<ContainerStats> GetStatsAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what the runtime keeps for containers that do not exist any more (snapshots, leases, bundles, cgroups): once at the start of the
    /// agent, when no <see cref="PrepareAsync"/> runs.
    /// </summary>
    /// <returns>What was removed, a line each, for the log.</returns>
    Task<ImmutableArray<string>> SweepAsync(CancellationToken cancellationToken);
}
