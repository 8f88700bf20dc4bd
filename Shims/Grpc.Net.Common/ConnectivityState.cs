namespace Grpc.Core;

/// <summary>How a channel stands with its server. The numbers are compiled into callers.</summary>
public enum ConnectivityState
{
    /// <summary>No connection, and none is wanted.</summary>
    Idle = 0,

    /// <summary>Connecting.</summary>
    Connecting = 1,

    /// <summary>Connected.</summary>
    Ready = 2,

    /// <summary>Failed; it will try again.</summary>
    TransientFailure = 3,

    /// <summary>Ended for good.</summary>
    Shutdown = 4,
}
