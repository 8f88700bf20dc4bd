namespace Orleans.Runtime.Networking;

/// <summary>What precedes the result or exception of a call on the wire.</summary>
internal struct ResponseHeader
{
    public long CallId;
    public ResponseKind Kind;

    /// <summary>Of rejections.</summary>
    public RejectionKind Rejection;

    /// <summary>Of rejections.</summary>
    public string? Reason;

    /// <summary>Of rejections: the view by which the receiver refused.</summary>
    public long ViewVersion;
}
