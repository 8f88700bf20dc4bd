using System.Globalization;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

/// <summary>How calls end other than well: status, deadline, cancellation, no server.</summary>
public sealed class CallEndTests(ProbeServer server) : IClassFixture<ProbeServer>
{
    public static TheoryData<StatusCode> EveryError => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [MemberData(nameof(EveryError))]
    public async Task Fail_EveryStatusCode_ArrivesWithMessageAndTrailers(StatusCode code)
    {
        var message = "replicas: höchstens 3 – war 7 % \n\"✓\"";

        var exception = await Should.ThrowAsync<RpcException>(
            server.Client(Transport.Tls).FailAsync(new Ping { Number = (int)code, Text = message }).ResponseAsync);

        exception.StatusCode.ShouldBe(code);
        exception.Status.Detail.ShouldBe(message);
        exception.Trailers.GetValue("x-reason").ShouldBe("asked for");
        exception.Trailers.GetValueBytes("x-detail-bin").ShouldBe([0, 1, 254, 255]);
    }

    [Fact]
    public async Task Fail_OverAUnixSocket_ArrivesWithMessageAndTrailers()
    {
        using var call = server.Client(Transport.UnixSocket).FailAsync(new Ping { Number = 9, Text = "not now" });

        var exception = await Should.ThrowAsync<RpcException>(call.ResponseAsync);

        exception.Status.ShouldBe(new Status(StatusCode.FailedPrecondition, "not now"));
        exception.Message.ShouldBe("Status(StatusCode=\"FailedPrecondition\", Detail=\"not now\")");
        call.GetStatus().ShouldBe(exception.Status);
        call.GetTrailers().GetValue("x-reason").ShouldBe("asked for");
    }

    [Fact]
    public async Task Missing_MethodWithoutImplementation_IsUnimplemented()
    {
        var exception = await Should.ThrowAsync<RpcException>(server.Client(Transport.Tls).MissingAsync(new Ping()).ResponseAsync);

        exception.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Hang_DeadlinePasses_EndsOnBothSides(Transport transport)
    {
        var id = $"deadline {transport}";
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(2);
        using var call = server.Client(transport).HangAsync(new Ping { Text = id }, deadline: deadline);
        await server.Log.WhenStarted(id);

        var exception = await Should.ThrowAsync<RpcException>(call.ResponseAsync.WaitAsync(ProbeServer.Patience));

        exception.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        TimeProvider.System.GetUtcNow().UtcDateTime.ShouldBeGreaterThanOrEqualTo(deadline.AddMilliseconds(-50));
        await server.Log.WhenCancelled(id);
    }

    [Fact]
    public async Task Reflect_WithDeadline_TheServiceKnowsIt()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5);
        using var call = server.Client(Transport.Tls).ReflectAsync(new Ping(), new CallOptions().WithDeadline(deadline));
        await call;

        var seen = DateTime.Parse(
            call.GetTrailers().GetValue("seen-deadline")!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        seen.Kind.ShouldBe(DateTimeKind.Utc);
        // The wire carries the time left, so the service is off by the time of travel.
        (seen - deadline).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Hang_CallerCancels_EndsOnBothSides(Transport transport)
    {
        var id = $"cancel {transport}";
        using var cancellation = new CancellationTokenSource();
        using var call = server.Client(transport).HangAsync(new Ping { Text = id }, cancellationToken: cancellation.Token);
        await server.Log.WhenStarted(id);

        await cancellation.CancelAsync();

        var exception = await Should.ThrowAsync<RpcException>(call.ResponseAsync.WaitAsync(ProbeServer.Patience));
        exception.StatusCode.ShouldBe(StatusCode.Cancelled);
        await server.Log.WhenCancelled(id);
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Count_CallerDisposesAfterThree_TheServiceIsCancelled(Transport transport)
    {
        var id = $"dispose {transport}";
        var call = server.Client(transport).Count(new Ping { Text = id, Number = int.MaxValue });
        for (var number = 1; number <= 3; number++)
            (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(ProbeServer.Patience)).ShouldBeTrue();

        call.Dispose();

        await server.Log.WhenCancelled(id);
    }

    [Fact]
    public async Task Echo_AuthorityNotTrusted_IsRefusedByTheClient()
    {
        using var stranger = new TestAuthority("Another authority");
        using var handler = server.Handler(Transport.Tls);
        handler.SslOptions.CertificateChainPolicy = stranger.Policy;
        using var channel = GrpcChannel.ForAddress(server.Address(Transport.Tls), new GrpcChannelOptions { HttpHandler = handler });

        var exception = await Should.ThrowAsync<RpcException>(new Prober.ProberClient(channel).EchoAsync(new Ping()).ResponseAsync);

        exception.StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
        exception.Status.DebugException.ShouldBeOfType<HttpRequestException>().InnerException.ShouldBeOfType<AuthenticationException>();
    }

    [Fact]
    public async Task Channel_Connected_IsReadyAndThenShutDown()
    {
        using var channel = server.Connect(Transport.Tls);
        channel.State.ShouldBe(ConnectivityState.Idle);

        await channel.ConnectAsync().WaitAsync(ProbeServer.Patience);
        channel.State.ShouldBe(ConnectivityState.Ready);

        await channel.ShutdownAsync();
        channel.Dispose();
        channel.State.ShouldBe(ConnectivityState.Shutdown);
    }
}
