using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Warren.Agent.Network.Namespaces;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Records;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network;

/// <summary>
/// <see cref="INetworkPlane"/> over netlink and nftables. One process at a time may use a bridge, table and data file; while it runs it
/// also watches for others that remove what it made, and puts it back.
/// </summary>
public sealed partial class NetworkPlane : INetworkPlane
{
    private readonly NetworkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly KeyedLocks _locks = new();
    private NodeNetwork? _network;
    private NetworkWatch? _watch;

    /// <param name="options">Checked by <see cref="StartAsync"/>.</param>
    /// <param name="time">The clock of the watch.</param>
    /// <param name="logger">Gets what is changed on the node.</param>
    public NetworkPlane(NetworkOptions options, TimeProvider time, ILogger<NetworkPlane> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
    }

    private NodeNetwork Network => _network ?? throw new InvalidOperationException("The network plane is not started.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_network is not null) throw new InvalidOperationException("The network plane is started already.");
        var problems = _options.Validate();
        if (problems.Count > 0)
            throw new NetworkException(NetworkFault.Prerequisite, $"the network's options are wrong:\n  {string.Join("\n  ", problems)}");
        cancellationToken.ThrowIfCancellationRequested();
        await RunAsync("start the network", () =>
        {
            var network = new NodeNetwork(_options, _logger);
            try
            {
                // Before the node is made, so that no event is missed.
                _watch = new NetworkWatch(_options, _time, _logger, RepairAsync);
                network.EnsureNode();
                network.ReservePorts();
                _network = network;
            }
            catch
            {
                network.Dispose();
                throw;
            }
        });
        await ReconnectAsync();
        _watch!.Start();
        LogStarted(_options.Bridge, _options.Subnet, _options.Ipv6Subnet, Network.Attachments.Length);
    }

    /// <inheritdoc/>
    public async Task<NetworkAttachment> AttachAsync(NetworkRequest request, CancellationToken cancellationToken)
    {
        var network = Network;
        var problems = RequestRules.Validate(request);
        if (problems.Count > 0)
            throw new NetworkException(NetworkFault.Failed, $"{request.Id} cannot be connected:\n  {string.Join("\n  ", problems)}");
        using var turn = await _locks.EnterAsync(request.Id.Value, cancellationToken);
        // From here on it is done to the end or undone: half of it helps nobody. What was there before stays, since its container may run.
        var (record, isNew) = await RunAsync("take an address", () => network.Take(request));
        try
        {
            await MakeAsync(network, record);
        }
        catch (Exception exception) when (isNew)
        {
            await UndoAsync(network, record, exception);
            throw;
        }

        return record.ToAttachment(network.NamespaceOf(record.Id));
    }

    /// <inheritdoc/>
    public async Task DetachAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var network = Network;
        using var turn = await _locks.EnterAsync(id.Value, cancellationToken);
        await RunAsync("disconnect a container", () => network.Remove(id));
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<NetworkAttachment>> ListAsync(CancellationToken cancellationToken)
    {
        var network = Network;
        return Task.FromResult<ImmutableArray<NetworkAttachment>>(
            [.. network.Attachments.Select(record => record.ToAttachment(network.NamespaceOf(record.Id)))]);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken)
    {
        var network = Network;
        var removed = ImmutableArray.CreateBuilder<string>();
        foreach (var id in await RunAsync("list what is left", network.FindAll))
        {
            if (keep.Contains(id)) continue;
            using var turn = await _locks.EnterAsync(id.Value, cancellationToken);
            var what = await RunAsync("disconnect a container", () => network.Remove(id));
            if (what.Length > 0) removed.Add($"{id}: {what}");
        }

        removed.AddRange(await RunAsync("remove strays", network.RemoveStrays));
        return removed.ToImmutable();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_watch is not null) await _watch.DisposeAsync();
        _network?.Dispose();
    }

    /// <summary>The two halves do not need each other. What fails because somebody removed bridge or table is tried once more with new ones.</summary>
    private static async Task MakeAsync(NodeNetwork network, AttachmentRecord record)
    {
        Task MakeOnceAsync() => Task.WhenAll(
            DedicatedThread.RunAsync("connect a container", () => network.Connect(record)),
            record.Ports.IsEmpty ? Task.CompletedTask : DedicatedThread.RunAsync("publish ports", () => network.Publish(record)));
        try
        {
            await MakeOnceAsync();
        }
        catch (NetlinkException)
        {
            await RunAsync("repair the network", network.EnsureNode);
            await RunAsync(MakeOnceAsync);
        }
    }

    private async Task UndoAsync(NodeNetwork network, AttachmentRecord record, Exception cause)
    {
        try
        {
            await RunAsync("disconnect a container", () => network.Remove(record.Id));
        }
        catch (NetworkException exception)
        {
            // The record stays, so that DetachAsync or SweepAsync finds the rest.
            LogNotUndone(exception, record.Id, cause.Message);
        }
    }

    private async Task RepairAsync(CancellationToken cancellationToken)
    {
        await RunAsync("repair the network", Network.EnsureNode);
        cancellationToken.ThrowIfCancellationRequested();
        await ReconnectAsync();
    }

    private async Task ReconnectAsync()
    {
        var network = Network;
        foreach (var id in await RunAsync("look for cut off containers", network.FindCutOff))
        {
            using var turn = await _locks.EnterAsync(id.Value, CancellationToken.None);
            await RunAsync("connect a container again", () => network.Reconnect(id));
        }
    }

    private static Task RunAsync(string name, Action work) => RunAsync(name, () =>
    {
        work();
        return true;
    });

    private static async Task<T> RunAsync<T>(string name, Func<T> work)
    {
        T result = default!;
        await RunAsync(async () => result = await DedicatedThread.RunAsync(name, work));
        return result;
    }

    /// <summary>Lets out no exceptions but the contract's.</summary>
    private static async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (NetlinkException exception)
        {
            throw exception.AsNetworkException();
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new NetworkException(NetworkFault.Failed, exception.Message, exception);
        }
    }
}
