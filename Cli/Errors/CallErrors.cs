using System.Net.Sockets;
using Grpc.Core;
using Warren.Cli.Running;
using Warren.V1.Rpc;

namespace Warren.Cli.Errors;

/// <summary>What refused and failed calls mean for whoever typed the command.</summary>
internal static class CallErrors
{
    /// <summary>The exit code, message and next step of a failed call.</summary>
    /// <param name="failure">The failed call.</param>
    /// <param name="where">The manager that was called.</param>
    public static CliException Of(RpcException failure, string where)
    {
        var details = DetailsOf(failure);
        if (IsConnectionLost(failure)) return Unreachable(failure, where);
        var message = Message(failure, details);
        return failure.StatusCode switch
        {
            StatusCode.InvalidArgument => new(ExitCodes.Usage, message, "change what is named, and try again"),
            StatusCode.NotFound when ReasonOf(details) == "NO_AUTHORITY" => new(ExitCodes.NotFound, message, "a cluster has them whose first manager was started without --certificate, as 'warren cluster init' does"),
            StatusCode.NotFound => new(ExitCodes.NotFound, message, "the list command of its kind shows what there is"),
            StatusCode.AlreadyExists => new(ExitCodes.Conflict, message, "the update command changes what is there"),
            StatusCode.Aborted => new(ExitCodes.Conflict, message, "look at it by inspect, and try again"),
            StatusCode.FailedPrecondition when ReasonOf(details) == "NODES_FAILED" => new(ExitCodes.Failed, message, "the other nodes have done it; for these try again with --node"),
            StatusCode.FailedPrecondition => new(ExitCodes.Conflict, message, "remove what is in the way, and try again"),
            StatusCode.Unavailable => new(ExitCodes.Unreachable, message, "try again in a moment"),
            StatusCode.DeadlineExceeded => new(ExitCodes.Unreachable, $"the manager at {where} did not answer in time", "try again, or raise --timeout"),
            StatusCode.OutOfRange => new(ExitCodes.Failed, message, "begin with an event that is kept: --since 0"),
            _ => new(ExitCodes.Failed, message, "the manager's log says more"),
        };
    }

    /// <summary>Whether there was no answer at all, or the rest of it did not come: what a manager says itself has details.</summary>
    public static bool IsConnectionLost(RpcException failure) => failure.StatusCode is StatusCode.Unavailable or StatusCode.Internal && DetailsOf(failure) is null;

    private static V1.Rpc.Status? DetailsOf(RpcException failure) => failure.Trailers.GetValueBytes("grpc-status-details-bin") is { } bytes ? V1.Rpc.Status.Parser.ParseFrom(bytes) : null;

    private static string ReasonOf(V1.Rpc.Status? details) =>
        details?.Details.FirstOrDefault(detail => detail.Is(ErrorInfo.Descriptor))?.Unpack<ErrorInfo>().Reason ?? "";

    private static string Message(RpcException failure, V1.Rpc.Status? details)
    {
        var violations = details?.Details.Where(detail => detail.Is(BadRequest.Descriptor)).SelectMany(detail => detail.Unpack<BadRequest>().FieldViolations).ToList() ?? [];
        if (violations.Count == 0) return failure.Status.Detail;

        // The message has all of them in one line, for programs that show nothing else.
        var thing = failure.Status.Detail.Split(':')[0];
        return string.Join('\n', violations.Select(violation => $"  {violation.Field}: {violation.Description}").Prepend(thing + ":"));
    }

    private static CliException Unreachable(RpcException failure, string where)
    {
        var cause = Causes(failure.Status.DebugException).OfType<SocketException>().FirstOrDefault();
        var hint = cause?.SocketErrorCode switch
        {
            SocketError.AccessDenied => "the socket is for root alone: run the command as root, or name a manager by --host with a certificate",
            _ when where.StartsWith('/') => "start this machine's by 'warren up' or 'warren cluster init', or name another by --host",
            _ => "check --host, the network, and that the certificate is of the cluster's authority, in its time and not revoked",
        };
        if (where.StartsWith('/') && !File.Exists(where)) return new(ExitCodes.Unreachable, $"there is no manager on this machine: {where} is not there", hint);
        var why = cause?.Message ?? WhyEnded(failure);
        return new(ExitCodes.Unreachable, $"the manager at {where} cannot be reached: {why}", hint);
    }

    // A manager that takes no certificate of the caller says so by the end of the connection, which here is found closed in the middle of the first call.
    private static string WhyEnded(RpcException failure)
    {
        var causes = Causes(failure.Status.DebugException).ToList();
        return causes.Exists(one => one is ObjectDisposedException) ? "it has ended the connection" : causes.LastOrDefault()?.Message ?? failure.Status.Detail;
    }

    private static IEnumerable<Exception> Causes(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException) yield return failure;
    }
}
