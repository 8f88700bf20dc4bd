using System.Diagnostics.Metrics;

namespace Orleans.Runtime.Networking;

/// <summary>What the connections of one silo or client count, under Orleans' names where it has one.</summary>
internal sealed class NetworkMetrics
{
    public const string MeterName = "Microsoft.Orleans";

    private readonly Counter<int> _opened;
    private readonly Counter<int> _closed;
    private readonly Histogram<int> _sent;
    private readonly Histogram<int> _received;
    private readonly Counter<int> _failed;
    private readonly Counter<int> _dropped;
    private readonly Counter<int> _refused;
    private readonly Counter<int> _pingsSent;
    private readonly Counter<int> _pingsReceived;
    private readonly Counter<int> _pongsReceived;
    private readonly Counter<int> _pongsMissed;
    private readonly UpDownCounter<int> _clients;

    public NetworkMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _opened = meter.CreateCounter<int>("orleans-networking-sockets-opened");
        _closed = meter.CreateCounter<int>("orleans-networking-sockets-closed");
        _sent = meter.CreateHistogram<int>("orleans-messaging-sent-messages-size", "bytes");
        _received = meter.CreateHistogram<int>("orleans-messaging-received-messages-size", "bytes");
        _failed = meter.CreateCounter<int>("orleans-messaging-sent-failed");
        _dropped = meter.CreateCounter<int>("orleans-messaging-sent-dropped");
        _refused = meter.CreateCounter<int>("orleans-networking-refused");
        _pingsSent = meter.CreateCounter<int>("orleans-messaging-pings-sent");
        _pingsReceived = meter.CreateCounter<int>("orleans-messaging-pings-received");
        _pongsReceived = meter.CreateCounter<int>("orleans-messaging-pings-reply-received");
        _pongsMissed = meter.CreateCounter<int>("orleans-messaging-pings-reply-missed");
        _clients = meter.CreateUpDownCounter<int>("orleans-gateway-connected-clients");
        meter.CreateObservableGauge("orleans-networking-send-queue-size", () => QueuedBytes?.Invoke() ?? 0, "bytes");
    }

    /// <summary>Measures the bytes that wait to be sent, over all connections.</summary>
    public Func<long>? QueuedBytes { get; set; }

    public void Opened(LinkKind link)
    {
        _opened.Add(1, Direction(link));
        if (link == LinkKind.GatewayToClient) _clients.Add(1);
    }

    public void Closed(LinkKind link)
    {
        _closed.Add(1, Direction(link));
        if (link == LinkKind.GatewayToClient) _clients.Add(-1);
    }

    public void Sent(LinkKind link, FrameKind kind, int bytes)
    {
        if (_sent.Enabled) _sent.Record(bytes, new("ConnectionDirection", link.ToString()), new("MessageDirection", kind.ToString()));
    }

    public void Received(LinkKind link, FrameKind kind, int bytes)
    {
        if (_received.Enabled) _received.Record(bytes, new("ConnectionDirection", link.ToString()), new("MessageDirection", kind.ToString()));
    }

    /// <summary>A call could not be sent, and its caller was told.</summary>
    public void SendFailed(string reason) => _failed.Add(1, new KeyValuePair<string, object?>("Reason", reason));

    /// <summary>A message was given up of which nobody waits for the outcome.</summary>
    public void SendDropped(string reason) => _dropped.Add(1, new KeyValuePair<string, object?>("Reason", reason));

    /// <param name="reason">One of <see cref="RefusedBecause"/>.</param>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("Reason", reason));

    public void PingSent() => _pingsSent.Add(1);

    public void PingReceived() => _pingsReceived.Add(1);

    public void PongReceived() => _pongsReceived.Add(1);

    public void PongMissed() => _pongsMissed.Add(1);

    private static KeyValuePair<string, object?> Direction(LinkKind link) => new("Direction", link.ToString());
}
