using Grpc.Core;
using Warren.V1.Rpc;

namespace Warren.Api.Tests.Testing;

/// <summary>What a refused call says.</summary>
internal sealed record Refusal(StatusCode Code, string Message, string Reason, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<(string Field, string Description)> Violations)
{
    /// <summary>Makes a call that must be refused with details.</summary>
    public static async Task<Refusal> OfAsync(Func<Task> call)
    {
        var failure = await Should.ThrowAsync<RpcException>(call);
        var details = V1.Rpc.Status.Parser.ParseFrom(failure.Trailers.GetValueBytes("grpc-status-details-bin").ShouldNotBeNull(failure.ToString()));
        details.Code.ShouldBe((int)failure.StatusCode);
        var info = details.Details.Single(detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        info.Domain.ShouldBe("warren");
        var violations = details.Details.Where(detail => detail.Is(BadRequest.Descriptor)).SelectMany(detail => detail.Unpack<BadRequest>().FieldViolations);
        return new(failure.StatusCode, failure.Status.Detail, info.Reason, info.Metadata, [.. violations.Select(violation => (violation.Field, violation.Description))]);
    }

    /// <inheritdoc cref="OfAsync(Func{Task})"/>
    public static Task<Refusal> OfAsync<T>(Func<AsyncUnaryCall<T>> call) => OfAsync(async () => await call());
}
