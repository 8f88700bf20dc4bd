namespace Orleans.Runtime.Networking;

/// <summary>What one process tells the other when a connection begins.</summary>
internal sealed record Hello
{
    public required PeerId Peer { get; init; }

    public required ProtocolVersions Protocol { get; init; }

    public required string ClusterId { get; init; }

    public required string ServiceId { get; init; }

    public string SoftwareVersion { get; init; } = "";

    /// <summary>From the process that dials: the silo it means to reach, or null if any that listens there will do.</summary>
    public SiloAddress? Dialled { get; init; }

    /// <summary>
    /// From the process that dials: increases with each of its attempts, so that of two connections from it the later one is known,
    /// whatever order they arrive in.
    /// </summary>
    public long Attempt { get; init; }
}
