namespace Orleans.Runtime.Networking;

/// <summary>
/// What a frame carries. The numbers are on the wire; those below 16 are the numbers of <see cref="MessageKind"/>. A kind that the
/// receiver does not know is passed over, which is what lets a later protocol add one.
/// </summary>
internal enum FrameKind : byte
{
    Request = 1,
    OneWay = 2,
    Response = 3,
    Cancel = 4,

    /// <summary>Who the sender is; the first frame in each direction, and never a later one.</summary>
    Hello = 16,

    /// <summary>In place of Hello: why the sender does not accept the connection. Nothing follows.</summary>
    Refusal = 17,

    /// <summary>To be answered at once with <see cref="Pong"/> and the same eight bytes.</summary>
    Ping = 18,

    Pong = 19,

    /// <summary>A byte that names the receiver's subsystem, and what that subsystem reads.</summary>
    Control = 20,

    /// <summary>The sender makes no more calls over this connection; it still answers those it has.</summary>
    Goodbye = 21,

    /// <summary>The sender has answered everything and sends no further frame.</summary>
    Finished = 22,
}
