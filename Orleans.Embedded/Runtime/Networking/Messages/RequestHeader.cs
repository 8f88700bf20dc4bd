namespace Orleans.Runtime.Networking;

/// <summary>What precedes the arguments of a call on the wire.</summary>
internal struct RequestHeader
{
    public long CallId;
    public ulong MethodId;
    public GrainId Target;
    public GrainId Sender;

    /// <summary>As <see cref="Message.ExpiresAt"/>, by the receiver's clock; 0 for no deadline.</summary>
    public long ExpiresAt;
    public long ViewVersion;
    public int ForwardCount;
    public Guid ReentrancyId;
    public string? TraceParent;
    public CallChain? Chain;
}
