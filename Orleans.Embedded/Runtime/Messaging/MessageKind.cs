namespace Orleans.Runtime;

/// <summary>What a message between processes is. The numbers are on the wire.</summary>
internal enum MessageKind : byte
{
    /// <summary>A call that wants an answer.</summary>
    Request = 1,

    /// <summary>A call that wants none.</summary>
    OneWay = 2,

    /// <summary>The answer to the request with the same call id.</summary>
    Response = 3,

    /// <summary>The caller no longer wants the answer: the method's cancellation token is to be cancelled.</summary>
    Cancel = 4,
}
