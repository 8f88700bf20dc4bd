using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Warren.Silo.Api.Rest;

/// <summary>A call over REST, for methods that know calls over gRPC.</summary>
/// <param name="http">The request.</param>
/// <param name="method">The path on the wire of the call that it stands for.</param>
/// <param name="begin">Sends the head of the answer.</param>
internal sealed class RestCallContext(HttpContext http, string method, Func<Task> begin) : ServerCallContext
{
    // Where gRPC for ASP.NET looks for the request of a context that is not its own.
    private const string HttpContextKey = "__HttpContext";

    private readonly Dictionary<object, object> _state = new() { [HttpContextKey] = http };

    protected override string MethodCore => method;

    protected override string HostCore => http.Request.Host.Value ?? "";

    protected override string PeerCore => http.Connection.RemoteIpAddress is { } address ? $"{address}:{http.Connection.RemotePort}" : "unknown";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => http.RequestAborted;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new("", []);

    protected override IDictionary<object, object> UserStateCore => _state;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("a call over REST is not passed on");

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => begin();
}
