namespace Orleans.Runtime.Networking;

/// <summary>Why something that arrived was refused; the values are tags of metrics.</summary>
internal static class RefusedBecause
{
    /// <summary>TLS failed, or the certificate was not good.</summary>
    public const string Authentication = "authentication";

    /// <summary>The other side did not say in time who it is.</summary>
    public const string HandshakeTimeout = "handshake-timeout";

    /// <summary>The other side left before it said who it is.</summary>
    public const string HandshakeLost = "handshake-lost";

    /// <summary>Too many connections, or too many that have not said who they are.</summary>
    public const string TooManyConnections = "too-many-connections";

    /// <summary>A frame cannot be parsed; the connection was closed.</summary>
    public const string BadFrame = "bad-frame";

    /// <summary>A frame of a kind that is not known; passed over.</summary>
    public const string UnknownFrame = "unknown-frame";

    /// <summary>A call whose arguments cannot be decoded, or whose method is not known; it was rejected.</summary>
    public const string BadCall = "bad-call";

    /// <summary>A process that may not be a silo, or a call that the caller may not make; the call was rejected, not carried out.</summary>
    public const string NotAllowed = "not-allowed";

    /// <summary>An answer that cannot be decoded; the call failed.</summary>
    public const string BadAnswer = "bad-answer";

    /// <summary>An answer to no call that waits: late, or a duplicate; passed over.</summary>
    public const string UnknownAnswer = "unknown-answer";

    /// <summary>A call beyond those that one connection may have under way; it was rejected.</summary>
    public const string TooManyCalls = "too-many-calls";

    /// <summary>What a handler did with a frame threw; the frame is lost.</summary>
    public const string HandlerFailed = "handler-failed";

    /// <summary>The tag for a connection that <see cref="HandshakeRules"/> refused.</summary>
    public static string Of(RefusalReason reason) => reason switch
    {
        RefusalReason.WrongCluster => "wrong-cluster",
        RefusalReason.NoCommonProtocol => "no-common-protocol",
        RefusalReason.OtherProcess => "other-process",
        RefusalReason.Stopping => "stopping",
        RefusalReason.NotAllowed => NotAllowed,
        RefusalReason.TooManyConnections => TooManyConnections,
        _ => "unreadable-hello",
    };
}
