using Grpc.Core;
using Grpc.Core.Interceptors;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

public sealed class ClientInterceptionTests(ProbeServer server) : IClassFixture<ProbeServer>
{
    [Fact]
    public async Task Intercept_EveryShape_GoesThroughTheInterceptor()
    {
        var seen = new List<string>();
        var client = new Prober.ProberClient(server.Channel(Transport.UnixSocket).Intercept(new Recorder("only", seen)));

        await client.EchoAsync(new Ping());
        await Task.Run(() => client.Echo(new Ping()));
        using var sum = client.Sum();
        await sum.RequestStream.CompleteAsync();
        await sum;
        using var count = client.Count(new Ping { Number = 1 });
        await count.ResponseStream.ReadAllAsync().CountAsync();
        using var chat = client.Chat();
        await chat.RequestStream.CompleteAsync();
        await chat.ResponseStream.ReadAllAsync().CountAsync();

        seen.ShouldBe(["only Echo", "only blocking Echo", "only Sum", "only Count", "only Chat"]);
    }

    [Fact]
    public async Task Intercept_Several_TheFirstRunsFirst()
    {
        var seen = new List<string>();
        var invoker = server.Channel(Transport.UnixSocket).Intercept(new Recorder("first", seen), new Recorder("second", seen));

        await new Prober.ProberClient(invoker).EchoAsync(new Ping());

        seen.ShouldBe(["first Echo", "second Echo"]);
    }

    [Fact]
    public async Task Intercept_Headers_AddsToACopyOfTheCallers()
    {
        var invoker = server.Channel(Transport.UnixSocket).Intercept(headers =>
        {
            headers.Add("x-added", "by the interceptor");
            return headers;
        });
        var own = new Metadata { { "x-own", "by the caller" } };
        using var call = new Prober.ProberClient(invoker).ReflectAsync(new Ping(), own);
        await call;

        call.GetTrailers().GetValue("t-x-added").ShouldBe("by the interceptor");
        call.GetTrailers().GetValue("t-x-own").ShouldBe("by the caller");
        own.ShouldHaveSingleItem().Key.ShouldBe("x-own");
    }

    [Fact]
    public void WithHost_EveryShape_NamesTheHost()
    {
        var invoker = new HostRecorder();
        var client = new Prober.ProberClient(invoker);
        var other = client.WithHost("other.example");

        foreach (var call in (Action[])
        [
            () => client.Echo(new Ping()),
            () => other.Echo(new Ping()),
            () => other.EchoAsync(new Ping()),
            () => other.Sum(),
            () => other.Count(new Ping()),
            () => other.Chat(),
            () => other.WithHost("third.example").Echo(new Ping()),
        ])
        {
            Should.Throw<RpcException>(call);
        }

        invoker.Hosts.ShouldBe([null, .. Enumerable.Repeat("other.example", 5), "third.example"]);
    }

    [Fact]
    public void TestDouble_WithoutChannel_CannotCall() =>
        Should.Throw<InvalidOperationException>(() => new Double().Echo(new Ping())).Message.ShouldContain("test double");

    private sealed class Double : Prober.ProberClient;

    private sealed class Recorder(string name, List<string> seen) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} blocking {context.Method.Name}");
            return base.BlockingUnaryCall(request, context, continuation);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}");
            return base.AsyncUnaryCall(request, context, continuation);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}");
            return base.AsyncServerStreamingCall(request, context, continuation);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}");
            return base.AsyncClientStreamingCall(context, continuation);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}");
            return base.AsyncDuplexStreamingCall(context, continuation);
        }
    }
}
