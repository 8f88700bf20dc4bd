using Grpc.Core;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>What a failed call to containerd means.</summary>
internal static class ContainerdErrors
{
    private const string DiskFull = "no space left on device";

    // What containerd's connection to a shim (ttrpc) fails with once the shim has ended.
    private const string ShimGone = "ttrpc: closed";

    /// <summary>
    /// Whether containerd did not answer: it is not there, the connection broke, or the deadline passed. What became of the call is unknown.
    /// A status with an exception below it was made on this side, of a connection that failed.
    /// </summary>
    public static bool IsUnavailable(RpcException exception) =>
        exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
        || (exception.StatusCode is StatusCode.Internal or StatusCode.Unknown && exception.Status.DebugException is not null);

    public static bool IsNotFound(RpcException exception) => exception.StatusCode == StatusCode.NotFound;

    public static bool IsAlreadyThere(RpcException exception) => exception.StatusCode == StatusCode.AlreadyExists;

    /// <summary>Whether the caller's own token ended the call.</summary>
    public static bool IsCancelled(RpcException exception, CancellationToken cancellationToken) =>
        exception.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested;

    public static bool IsDiskFull(RpcException exception) => exception.Status.Detail.Contains(DiskFull, StringComparison.Ordinal);

    /// <summary>Whether the container's shim ended during the call, which containerd then cleans up after.</summary>
    public static bool IsShimGone(RpcException exception) => exception.Status.Detail.EndsWith(ShimGone, StringComparison.Ordinal);

    public static RuntimeFault FaultOf(RpcException exception) => exception.StatusCode switch
    {
        _ when IsUnavailable(exception) => RuntimeFault.Unavailable,
        _ when IsDiskFull(exception) => RuntimeFault.NoSpace,
        StatusCode.NotFound => RuntimeFault.NotFound,
        StatusCode.AlreadyExists => RuntimeFault.Conflict,
        StatusCode.InvalidArgument => RuntimeFault.Invalid,
        _ => RuntimeFault.Failed,
    };

    /// <summary>The reason in words, without the status code that a person can do nothing with.</summary>
    public static string ReasonOf(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.DeadlineExceeded => "containerd did not answer in time",
        _ when IsUnavailable(exception) => $"containerd cannot be reached ({CauseOf(exception)})",
        _ => exception.Status.Detail,
    };

    // Below the exceptions of gRPC and HTTP lies that of the connection, which names the socket.
    private static string CauseOf(RpcException exception)
    {
        Exception? cause = exception.Status.DebugException;
        while (cause is not (null or IOException) && cause.InnerException is { } inner)
            cause = inner;
        return cause?.Message ?? exception.Status.Detail;
    }

    /// <summary>The same as the runtime's own exception.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="doing">What was tried, and with which container: <c>web.1: preparing its root file system</c>.</param>
    public static ContainerRuntimeException Translate(RpcException exception, string doing) =>
        new(FaultOf(exception), $"{doing} failed: {ReasonOf(exception)}", exception);
}
