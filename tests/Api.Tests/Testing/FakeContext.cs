using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Warren.Api.Tests.Testing;

/// <summary>A call that came by no connection, until it is cancelled.</summary>
internal sealed class FakeContext : ServerCallContext
{
    private readonly CancellationToken _cancellation;

    public FakeContext(HttpContext http, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        UserState["__HttpContext"] = http;
    }

    protected override CancellationToken CancellationTokenCore => _cancellation;

    protected override string MethodCore => "/warren.v1.Events/Follow";

    protected override string HostCore => "localhost";

    protected override string PeerCore => "unknown";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => throw new NotSupportedException();

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
