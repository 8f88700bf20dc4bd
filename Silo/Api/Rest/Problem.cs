using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Warren.Silo.Api.Errors;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Rest;

/// <summary>Failures in the form of problem details (RFC 9457), with the reason and all violations that the details over gRPC have.</summary>
internal static class Problem
{
    /// <summary>The type of the content.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>Which status of HTTP says it best. A version that was expected by <c>If-Match</c> is a precondition.</summary>
    public static int StatusOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.FailedPrecondition => StatusCodes.Status409Conflict,
        StatusCode.Aborted => StatusCodes.Status412PreconditionFailed,
        StatusCode.OutOfRange => StatusCodes.Status410Gone,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>What a failed call says.</summary>
    public static JsonObject Of(RpcException failure)
    {
        var (reason, metadata, violations) = ("", new JsonObject(), new JsonArray());
        if (failure.Trailers.GetValueBytes(ApiErrors.DetailsTrailer) is { } bytes)
        {
            foreach (var detail in Proto.Rpc.Status.Parser.ParseFrom(bytes).Details)
            {
                if (detail.TryUnpack<Proto.Rpc.ErrorInfo>(out var info))
                {
                    reason = info.Reason;
                    foreach (var (key, value) in info.Metadata) metadata[key] = value;
                }
                else if (detail.TryUnpack<Proto.Rpc.BadRequest>(out var bad))
                {
                    foreach (var violation in bad.FieldViolations) violations.Add(new JsonObject { ["field"] = violation.Field, ["description"] = violation.Description });
                }
            }
        }

        return Build(StatusOf(failure.StatusCode), reason, failure.Status.Detail, metadata, violations);
    }

    /// <summary>A failure of REST itself.</summary>
    public static JsonObject Build(int status, string reason, string detail, JsonObject? metadata = null, JsonArray? violations = null)
    {
        var problem = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = detail,
            ["reason"] = reason,
        };
        if (violations is { Count: > 0 }) problem["violations"] = violations;
        if (metadata is { Count: > 0 }) problem["metadata"] = metadata;
        return problem;
    }

    /// <summary>Answers with a problem; if the answer has begun already, the connection is ended instead.</summary>
    public static Task WriteAsync(HttpContext http, JsonObject problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        var status = problem["status"]!.GetValue<int>();
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        if (status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer";
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests) http.Response.Headers.RetryAfter = "1";
        return http.Response.WriteAsync(problem.ToJsonString(RestJson.Options), http.RequestAborted);
    }
}
