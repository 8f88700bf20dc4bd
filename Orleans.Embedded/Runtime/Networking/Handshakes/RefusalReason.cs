namespace Orleans.Runtime.Networking;

/// <summary>The kinds of <see cref="Refusal"/>. The numbers are on the wire; one that is not known is treated as any other refusal.</summary>
internal enum RefusalReason : byte
{
    /// <summary>The processes belong to different clusters or services.</summary>
    WrongCluster = 1,

    /// <summary>The processes have no protocol version in common.</summary>
    NoCommonProtocol = 2,

    /// <summary>The silo that was dialled does not live here: another, or another life of it, has its place.</summary>
    OtherProcess = 3,

    /// <summary>The silo stops and takes no more connections.</summary>
    Stopping = 4,

    /// <summary>There are too many connections.</summary>
    TooManyConnections = 5,

    /// <summary>The first frame is not a readable <see cref="Hello"/>.</summary>
    Unreadable = 6,

    /// <summary>The process says that it is a silo, and its certificate does not.</summary>
    NotAllowed = 7,
}
