using System.Net;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Networking;

internal static partial class NetworkLog
{
    [LoggerMessage(1, LogLevel.Information, "Connected to {Peer} ({Direction}, protocol {Protocol}, software {SoftwareVersion})")]
    public static partial void Connected(ILogger logger, PeerId peer, string direction, int protocol, string softwareVersion);

    [LoggerMessage(2, LogLevel.Information, "The connection to {Peer} was closed after goodbye")]
    public static partial void ClosedGracefully(ILogger logger, PeerId peer);

    [LoggerMessage(3, LogLevel.Warning, "The connection to {Peer} was closed with {Calls} calls under way: {Reason}")]
    public static partial void Closed(ILogger logger, PeerId peer, int calls, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Peer} sent a frame that cannot be read: {Reason}")]
    public static partial void BadFrame(ILogger logger, PeerId peer, string reason);

    [LoggerMessage(5, LogLevel.Warning, "A call of {Peer} to {Target} cannot be read")]
    public static partial void BadCall(ILogger logger, Exception exception, GrainId target, PeerId peer);

    [LoggerMessage(6, LogLevel.Error, "What came from {Peer} in a frame of kind {Kind} was lost, because its handler failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, FrameKind kind, PeerId peer);

    [LoggerMessage(7, LogLevel.Warning, "One-way call {Message} to {Peer} was dropped: its arguments cannot be written")]
    public static partial void OneWayNotEncoded(ILogger logger, Exception exception, Message message, PeerId peer);

    [LoggerMessage(8, LogLevel.Debug, "The remains of the connection to {Peer} did not close cleanly: {Reason}")]
    public static partial void DisposeFailed(ILogger logger, PeerId peer, string reason);

    [LoggerMessage(9, LogLevel.Warning, "{Peer} cannot be reached: {Reason}. The next attempt is due in {Delay}")]
    public static partial void ConnectFailed(ILogger logger, PeerId peer, string reason, TimeSpan delay);

    [LoggerMessage(10, LogLevel.Warning, "A connection from {Remote} was refused ({Kind}): {Reason}")]
    public static partial void Refused(ILogger logger, EndPoint? remote, string kind, string reason);

    [LoggerMessage(11, LogLevel.Error, "Accepting connections at {Endpoint} failed; trying again")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, EndPoint endpoint);

    [LoggerMessage(12, LogLevel.Information, "Listening for silos and clients at {Endpoint}")]
    public static partial void Listening(ILogger logger, EndPoint endpoint);

    [LoggerMessage(13, LogLevel.Warning, "Nothing came from {Peer} for {Silence}; membership decides whether it is dead")]
    public static partial void Silent(ILogger logger, PeerId peer, TimeSpan silence);

    [LoggerMessage(15, LogLevel.Error, "Looking after the connection to {Peer} failed; it is looked at again")]
    public static partial void KeepAliveFailed(ILogger logger, Exception exception, PeerId peer);

    [LoggerMessage(14, LogLevel.Error, "Handling that {Peer} {Change} failed")]
    public static partial void PeerEventFailed(ILogger logger, Exception exception, PeerId peer, string change);
}
