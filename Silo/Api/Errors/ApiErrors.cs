using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Events;
using Warren.Silo.Stores;
using Warren.Validation;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Errors;

/// <summary>Which status a refusal of the control plane is, and what details go with it.</summary>
internal static class ApiErrors
{
    /// <summary>The trailer that carries the details.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Who gives the reasons.</summary>
    public const string Domain = "warren";

    /// <summary>The status of what went wrong; null for what is no refusal but a fault, which is logged.</summary>
    public static RpcException? Of(Exception failure) => failure switch
    {
        RpcException known => known,
        ValidationException invalid => Build(StatusCode.InvalidArgument, "INVALID", invalid.Message, violations: invalid.Problems),
        NotFoundException { HasNoAuthority: true } => Build(StatusCode.NotFound, "NO_AUTHORITY", failure.Message),
        NotFoundException => Build(StatusCode.NotFound, "NOT_FOUND", failure.Message),
        ConflictException { IsVersion: true } => Build(StatusCode.Aborted, "VERSION_CONFLICT", failure.Message),
        ConflictException => Build(StatusCode.FailedPrecondition, "CONFLICT", failure.Message),
        AlreadyExistsException => Build(StatusCode.AlreadyExists, "ALREADY_EXISTS", failure.Message),
        InUseException => Build(StatusCode.FailedPrecondition, "IN_USE", failure.Message),
        EventsGoneException gone => Build(
            StatusCode.OutOfRange, "EVENTS_GONE", gone.Message, new() { ["oldest"] = gone.Oldest.ToString(CultureInfo.InvariantCulture) }),
        OperationCanceledException => Build(StatusCode.Cancelled, "CANCELLED", "the call was cancelled"),
        StoreUnavailableException => Build(StatusCode.Unavailable, "STORE_UNAVAILABLE", $"the store cannot be reached: {failure.Message}; try again"),
        StoreOutcomeUnknownException => Build(
            StatusCode.Unavailable, "OUTCOME_UNKNOWN", $"it is not known whether it was stored: {failure.Message}; look, or try again with the same idempotency key"),
        SiloUnavailableException or TimeoutException => Build(
            StatusCode.Unavailable, "MANAGER_UNAVAILABLE", $"a manager did not answer: {failure.Message}; try again with the same idempotency key"),
        _ => null,
    };

    /// <summary>A fault of the manager's own; what it was stands in its log.</summary>
    public static RpcException Fault() => Build(StatusCode.Internal, "INTERNAL", "the manager could not carry it out; its log says why");

    /// <summary>The manager goes; whoever reads a stream goes on at another, or at the next one.</summary>
    public static RpcException Stopping() => Build(StatusCode.Unavailable, "STOPPING", "the manager is stopping; go on at another one, or when it is back");

    /// <summary>What was under way with a node broke off, or could not begin.</summary>
    /// <param name="why">For people, with what to do.</param>
    public static RpcException Broken(string why) => Build(StatusCode.Unavailable, "NODE_UNAVAILABLE", why);

    /// <summary>Some nodes could not do what all were to do.</summary>
    /// <param name="why">For people, with each of these nodes.</param>
    public static RpcException OnNodes(string why) => Build(StatusCode.FailedPrecondition, "NODES_FAILED", why);

    /// <summary>It is not known who calls, or that by which the caller came is good no more.</summary>
    /// <param name="reason">For programs.</param>
    /// <param name="why">For people, with what to do.</param>
    public static RpcException Unauthenticated(string reason, string why) => Build(StatusCode.Unauthenticated, reason, why);

    /// <summary>The caller is known, and may not do it.</summary>
    public static RpcException Denied(string why) => Build(StatusCode.PermissionDenied, "PERMISSION_DENIED", why);

    private static RpcException Build(
        StatusCode code, string reason, string message, Dictionary<string, string>? metadata = null, IReadOnlyList<ValidationProblem>? violations = null)
    {
        var status = new Proto.Rpc.Status { Code = (int)code, Message = message };
        if (violations is not null)
        {
            var bad = new Proto.Rpc.BadRequest();
            foreach (var problem in violations) bad.FieldViolations.Add(new Proto.Rpc.BadRequest.Types.FieldViolation { Field = problem.Path, Description = problem.Message });
            status.Details.Add(Any.Pack(bad));
        }

        status.Details.Add(Any.Pack(new Proto.Rpc.ErrorInfo { Reason = reason, Domain = Domain, Metadata = { metadata ?? [] } }));
        return new(new(code, message), new Metadata { { DetailsTrailer, status.ToByteArray() } });
    }
}
