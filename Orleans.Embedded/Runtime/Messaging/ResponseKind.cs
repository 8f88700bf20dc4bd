namespace Orleans.Runtime;

/// <summary>How a call ended. The numbers are on the wire.</summary>
internal enum ResponseKind : byte
{
    /// <summary>The method returned.</summary>
    Success = 0,

    /// <summary>The method threw.</summary>
    Exception = 1,

    /// <summary>The runtime refused the call before the method ran; it is safe to send it again.</summary>
    Rejection = 2,
}
