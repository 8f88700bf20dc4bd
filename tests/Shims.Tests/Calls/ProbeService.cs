using System.Globalization;
using Grpc.Core;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

/// <summary>The service of probe.proto.</summary>
internal sealed class ProbeService(ProbeLog log) : Prober.ProberBase
{
    public override Task<Pong> Echo(Ping request, ServerCallContext context) =>
        Task.FromResult(new Pong { Text = request.Text, Number = request.Number });

    public override async Task<Pong> Sum(IAsyncStreamReader<Ping> requestStream, ServerCallContext context)
    {
        var sum = 0;
        while (await requestStream.MoveNext())
            sum += requestStream.Current.Number;
        return new Pong { Number = sum };
    }

    public override async Task Count(Ping request, IServerStreamWriter<Pong> responseStream, ServerCallContext context)
    {
        try
        {
            for (var number = 1; number <= request.Number; number++)
                await responseStream.WriteAsync(new Pong { Number = number }, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.Cancelled(request.Text);
            throw;
        }
    }

    public override async Task Chat(
        IAsyncStreamReader<Ping> requestStream, IServerStreamWriter<Pong> responseStream, ServerCallContext context)
    {
        await foreach (var ping in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(new Pong { Text = ping.Text, Number = ping.Number });
    }

    public override async Task<Pong> Hang(Ping request, ServerCallContext context)
    {
        log.Started(request.Text);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.Cancelled(request.Text);
            throw;
        }

        return new Pong();
    }

    public override async Task<Pong> Reflect(Ping request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            headers.Add(entry);
            if (entry.IsBinary)
                context.ResponseTrailers.Add($"t-{entry.Key}", entry.ValueBytes);
            else
                context.ResponseTrailers.Add($"t-{entry.Key}", entry.Value);
        }

        await context.WriteResponseHeadersAsync(headers);

        var http = context.GetHttpContext();
        See("method", context.Method);
        See("host", context.Host);
        See("peer", context.Peer);
        See("deadline", context.Deadline.ToString("O", CultureInfo.InvariantCulture));
        See("authorization", context.RequestHeaders.GetValue("authorization") ?? "none");
        See("identity", context.AuthContext.PeerIdentity.FirstOrDefault() is { } identity ? $"{identity.Name}={identity.Value}" : "none");
        See("common-name", context.AuthContext.FindPropertiesByName("x509_common_name").FirstOrDefault()?.Value ?? "none");
        See("encoding", http.Request.Headers.TryGetValue("grpc-encoding", out var encoding) ? encoding.ToString() : "none");
        See("body-bytes", CountedBody.LengthOf(http).ToString(CultureInfo.InvariantCulture));
        return new Pong { Text = request.Text };

        void See(string what, string value) => context.ResponseTrailers.Add($"seen-{what}", value);
    }

    public override Task<Pong> Fail(Ping request, ServerCallContext context)
    {
        var trailers = new Metadata { { "x-reason", "asked for" }, { "x-detail-bin", [0, 1, 254, 255] } };
        throw new RpcException(new Status((StatusCode)request.Number, request.Text), trailers);
    }

    public override Task<Pong> EchoPlain(Ping request, ServerCallContext context)
    {
        context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        return Echo(request, context);
    }
}
