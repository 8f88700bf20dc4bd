namespace Orleans.Runtime.Networking;

/// <summary>The limits and intervals of the connections of a silo or client.</summary>
internal sealed class NetworkOptions
{
    /// <summary>Bytes of one frame at most, in both directions; a greater message fails at its sender. Default 64 MiB.</summary>
    public int MaxFrameSize { get; set; } = 64 << 20;

    /// <summary>
    /// Bytes that wait to be sent to one process at most. A call beyond is refused with an overload error; a one-way message or answer
    /// beyond is dropped or replaced by an error. A single message may exceed it when nothing else waits. Default 16 MiB.
    /// </summary>
    public int MaxOutboundBytes { get; set; } = 16 << 20;

    /// <summary>Calls over one connection that wait for their answer at most; more are refused. Default 100,000.</summary>
    public int MaxPendingCalls { get; set; } = 100_000;

    /// <summary>Calls from one connection that run or wait here at most; more are rejected as overload. Default 100,000.</summary>
    public int MaxUnansweredCalls { get; set; } = 100_000;

    /// <summary>Messages that wait for a connection to be made, for one process, at most. Default 10,000.</summary>
    public int MaxWaitingMessages { get; set; } = 10_000;

    /// <summary>Connections from other processes at most. Default 20,000.</summary>
    public int MaxInboundConnections { get; set; } = 20_000;

    /// <summary>Connections at most that have not yet said who they are. Default 512.</summary>
    public int MaxHandshakes { get; set; } = 512;

    /// <summary>Time to reach a process and to learn who it is, TLS included. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time in which a process that connects must have said who it is, TLS included. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause after the first failed attempt to connect, doubled with each further one. Default 100 ms.</summary>
    public TimeSpan MinRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts to connect. Default 2 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A connection over which nothing came for this long gets a ping. Default 5 s.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A connection between a client and a silo over which nothing came for this long, pings notwithstanding, is closed. Between silos
    /// only membership decides that. Default 30 s.
    /// </summary>
    public TimeSpan ClientSilenceLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long a connection stays whose other side is not accepted any more, for example because its certificate was revoked; at most one
    /// <see cref="KeepAliveInterval"/> longer, and between silos two. A client gives a silo none. Default 10 s.
    /// </summary>
    public TimeSpan BarredGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time that a graceful close gives the calls under way. Default 30 s.</summary>
    public TimeSpan GoodbyeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The protocol versions to speak. Tests raise it to play a later release.</summary>
    public ProtocolVersions Protocol { get; set; } = ProtocolVersions.Current;

    /// <summary>Every problem, empty when there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        AtLeast(nameof(MaxFrameSize), MaxFrameSize, 64 << 10);
        AtLeast(nameof(MaxOutboundBytes), MaxOutboundBytes, 64 << 10);
        AtLeast(nameof(MaxPendingCalls), MaxPendingCalls, 1);
        AtLeast(nameof(MaxUnansweredCalls), MaxUnansweredCalls, 1);
        AtLeast(nameof(MaxWaitingMessages), MaxWaitingMessages, 1);
        AtLeast(nameof(MaxInboundConnections), MaxInboundConnections, 1);
        AtLeast(nameof(MaxHandshakes), MaxHandshakes, 1);
        Positive(nameof(ConnectTimeout), ConnectTimeout);
        Positive(nameof(HandshakeTimeout), HandshakeTimeout);
        Positive(nameof(MinRetryDelay), MinRetryDelay);
        Positive(nameof(KeepAliveInterval), KeepAliveInterval);
        Positive(nameof(BarredGrace), BarredGrace);
        Positive(nameof(GoodbyeTimeout), GoodbyeTimeout);
        if (MaxRetryDelay < MinRetryDelay)
            problems.Add($"{nameof(MaxRetryDelay)}: must not be less than {nameof(MinRetryDelay)} ({MinRetryDelay}), was {MaxRetryDelay}");
        if (ClientSilenceLimit < 2 * KeepAliveInterval)
            problems.Add($"{nameof(ClientSilenceLimit)}: must be at least twice {nameof(KeepAliveInterval)} ({KeepAliveInterval}), was {ClientSilenceLimit}");
        if (Protocol.Min < 1 || Protocol.Max < Protocol.Min) problems.Add($"{nameof(Protocol)}: {Protocol} is no range");
        return problems;

        void AtLeast(string name, int value, int least)
        {
            if (value < least) problems.Add($"{name}: must be at least {least}, was {value}");
        }

        void Positive(string name, TimeSpan value)
        {
            if (value <= TimeSpan.Zero) problems.Add($"{name}: must be positive, was {value}");
        }
    }
}
