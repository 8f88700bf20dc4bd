using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orleans.Messaging;
using Warren.Hosting.Managers;

namespace Warren.Agent.Managers;

/// <summary>The managers that were named, looked up each time: names may move, and DNS may be away.</summary>
internal sealed partial class ManagerList(ImmutableArray<ManagerAddress> managers, TimeProvider time, ILogger<ManagerList> logger) : IGatewayListProvider
{
    private static readonly TimeSpan s_lookUpLimit = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public TimeSpan MaxStaleness { get; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public bool IsUpdatable => true;

    /// <inheritdoc/>
    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<IList<Uri>> GetGateways()
    {
        var gateways = new List<Uri>();
        foreach (var manager in managers)
        {
            foreach (var address in await LookUpAsync(manager)) gateways.Add(new($"gwy.tcp://{new IPEndPoint(address, manager.Port)}/0"));
        }

        return gateways;
    }

    private async Task<IPAddress[]> LookUpAsync(ManagerAddress manager)
    {
        if (IPAddress.TryParse(manager.Host, out var address)) return [address];
        try
        {
            using var limit = new CancellationTokenSource(s_lookUpLimit, time);
            return await Dns.GetHostAddressesAsync(manager.Host, limit.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            LogUnknown(manager, failure.Message);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Warning, "The manager {Manager} cannot be looked up: {Cause}")]
    private partial void LogUnknown(ManagerAddress manager, string cause);
}
