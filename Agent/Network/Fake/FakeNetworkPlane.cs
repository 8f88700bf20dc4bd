using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network.Fake;

/// <summary>Pretends to connect the containers of the fake runtime, for tests of scale. Nothing is made on the machine.</summary>
public sealed class FakeNetworkPlane : INetworkPlane
{
    private const int FirstHostPort = 32768, HostPorts = 28232;

    private readonly ConcurrentDictionary<ContainerId, NetworkAttachment> _attachments = new();
    private int _last;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<NetworkAttachment> AttachAsync(NetworkRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_attachments.GetOrAdd(request.Id, _ => Make(request)));

    /// <inheritdoc/>
    public Task DetachAsync(ContainerId id, CancellationToken cancellationToken)
    {
        _attachments.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<NetworkAttachment>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_attachments.Values.ToImmutableArray());

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<string>.Empty);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private NetworkAttachment Make(NetworkRequest request)
    {
        var number = Interlocked.Increment(ref _last);
        ImmutableArray<IPAddress> addresses = request.Mode == NetworkMode.None
            ? []
            : [new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number])];
        var ports = request.Ports.Select(port => new PublishedPort(
            port.Protocol,
            port.HostAddress is { } address ? IPAddress.Parse(address) : null,
            port.HostPort ?? FirstHostPort + Interlocked.Increment(ref _last) % HostPorts,
            port.ContainerPort));
        return new(request.Id, $"/fake/netns/{request.Id}", addresses, [.. ports]);
    }
}
