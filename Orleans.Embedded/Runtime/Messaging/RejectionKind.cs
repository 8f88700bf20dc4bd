namespace Orleans.Runtime;

/// <summary>Why the runtime refused a call. The numbers are on the wire.</summary>
internal enum RejectionKind : byte
{
    /// <summary>The receiver is stopping or does not own the grain any more, and cannot pass the call on.</summary>
    Unavailable = 1,

    /// <summary>The grain's queue is full.</summary>
    Overloaded = 2,

    /// <summary>The message cannot be decoded, or names a method or grain that the receiver does not know.</summary>
    Unrecognised = 3,

    /// <summary>The call would wait for itself.</summary>
    Deadlock = 4,

    /// <summary>The observer's client is not connected.</summary>
    ClientNotAvailable = 5,

    /// <summary>The deadline passed before the method could run.</summary>
    Expired = 6,

    /// <summary>The caller may not make the call.</summary>
    NotAllowed = 7,
}
