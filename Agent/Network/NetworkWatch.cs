using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Warren.Agent.Network.Namespaces;
using Warren.Agent.Network.Netlink;

namespace Warren.Agent.Network;

/// <summary>
/// Notices that somebody removed our bridge, a cable or our nftables table (as a reload of the node's firewall does), or changed what the node
/// forwards, and has it put right.
/// </summary>
internal sealed partial class NetworkWatch : IAsyncDisposable
{
    // How soon the thread that waits for events notices that it is to end.
    private static readonly TimeSpan s_eventWait = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_maxBackoff = TimeSpan.FromMinutes(1);

    private readonly NetworkOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<CancellationToken, Task> _repair;
    private readonly CancellationTokenSource _stopping = new();
    private readonly NetlinkSocket _links;
    private readonly NetlinkSocket _rules;
    private readonly Channel<bool> _events =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Task _running = Task.CompletedTask;
    private Task<bool>? _nextEvent;

    /// <summary>Begins to collect events; <see cref="Start"/> begins to act on them.</summary>
    public NetworkWatch(NetworkOptions options, TimeProvider time, ILogger logger, Func<CancellationToken, Task> repair)
    {
        (_options, _time, _logger, _repair) = (options, time, logger, repair);
        _links = NetlinkSocket.Open(NetlinkSocket.Route, LinkMessages.Events);
        _rules = NetlinkSocket.Open(NetlinkSocket.Netfilter, NftMessages.Events);
    }

    public void Start() => _running = Task.WhenAll(DedicatedThread.RunAsync("network events", Listen), RepairLoopAsync());

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _links.Dispose();
        _rules.Dispose();
        _stopping.Dispose();
    }

    private void Listen()
    {
        NetlinkSocket[] sockets = [_links, _rules];
        while (!_stopping.IsCancellationRequested)
        {
            foreach (var socket in NetlinkSocket.WaitForEvents(sockets, s_eventWait))
            {
                try
                {
                    if (socket.ReceiveEvents()?.Any(IsOfInterest) == true) _events.Writer.TryWrite(true);
                }
                catch (NetlinkException exception)
                {
                    // More came than there was room for; what it was is found out by looking.
                    LogEventsLost(exception.Message);
                    _events.Writer.TryWrite(true);
                }
            }
        }
    }

    private bool IsOfInterest(NetlinkMessage message)
    {
        if (message.Type == LinkMessages.Delete) return LinkEntry.Parse(message) is { } link && IsOurs(link.Name);
        const int NewChain = 3, DeleteChain = 5, NewRule = 6, DeleteRule = 8, DeleteTable = 2;
        var attributes = message.Attributes(NftMessages.FixedLength);
        return NftMessages.KindOf(message) switch
        {
            DeleteTable => attributes.FindString(NftMessages.TableOfEvent) == _options.Table,
            NewChain or DeleteChain => attributes.FindString(NftMessages.TableOfEvent) == _options.Table
                || attributes.Find(NftMessages.HookOfChainEvent).Length > 0,
            NewRule or DeleteRule => attributes.FindString(NftMessages.TableOfEvent) == _options.Table
                || attributes.FindString(NftMessages.ChainOfRuleEvent) == "FORWARD",
            _ => false,
        };
    }

    // Cables come and go with containers all the time, and on no one else's account: they are looked at with the interval.
    private bool IsOurs(string name) => name == _options.Bridge || name == _options.LoopEnd || name == _options.LoopPeer;

    private async Task RepairLoopAsync()
    {
        var failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                // What failed is tried again without another event: its own is used up.
                if (failures == 0) await WaitAsync();
                await _repair(_stopping.Token);
                if (failures > 0) LogRecovered(failures);
                failures = 0;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                failures++;
                LogRepairFailed(exception, failures);
                await BackOffAsync(failures);
            }
        }
    }

    private async Task WaitAsync()
    {
        try
        {
            _nextEvent ??= _events.Reader.WaitToReadAsync(_stopping.Token).AsTask();
            await _nextEvent.WaitAsync(_options.RepairInterval, _time, _stopping.Token);
            _nextEvent = null;
        }
        catch (TimeoutException)
        {
            // Time to look without being told.
            return;
        }

        // A firewall's reload is many events; one look after them is enough.
        await Task.Delay(_options.RepairDelay, _time, _stopping.Token);
        while (_events.Reader.TryRead(out _))
        {
        }
    }

    private async Task BackOffAsync(int failures)
    {
        var wait = TimeSpan.FromSeconds(Math.Min(s_maxBackoff.TotalSeconds, Math.Pow(2, Math.Min(failures, 10))));
        await Task.Delay(wait, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
