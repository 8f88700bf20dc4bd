using Grpc.Core;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

public sealed class CallShapeTests(ProbeServer server) : IClassFixture<ProbeServer>
{
    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Unary_Called_ReturnsTheResponse(Transport transport)
    {
        using var call = server.Client(transport).EchoAsync(new Ping { Text = "Grüße, 世界", Number = -7 });

        (await call).ShouldBe(new Pong { Text = "Grüße, 世界", Number = -7 });

        call.GetStatus().ShouldBe(Status.DefaultSuccess);
        call.GetTrailers().GetValue(ShapeInterceptor.Trailer).ShouldBe("unary");
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Unary_MessageOfAMegabyte_ArrivesWhole(Transport transport)
    {
        var text = string.Concat(Enumerable.Range(0, 200_000));
        text.Length.ShouldBeGreaterThan(1024 * 1024);

        var pong = await server.Client(transport).EchoAsync(new Ping { Text = text });

        pong.Text.ShouldBe(text);
    }

    [Fact]
    public async Task Unary_BlockingForm_ReturnsTheResponse()
    {
        var client = server.Client(Transport.Tls);

        // The blocking form is for callers without async; here it gets a thread to block.
        var pong = await Task.Run(() => client.Echo(new Ping { Text = "blocking" }));

        pong.Text.ShouldBe("blocking");
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task ClientStreaming_ThreeRequests_ReturnsTheirSum(Transport transport)
    {
        using var call = server.Client(transport).Sum();
        foreach (var number in (int[])[5, 30, 700])
            await call.RequestStream.WriteAsync(new Ping { Number = number });
        await call.RequestStream.CompleteAsync();

        (await call).Number.ShouldBe(735);

        call.GetTrailers().GetValue(ShapeInterceptor.Trailer).ShouldBe("client streaming");
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task ServerStreaming_FiveHundredResponses_ArriveInOrder(Transport transport)
    {
        using var call = server.Client(transport).Count(new Ping { Number = 500 });

        var numbers = new List<int>();
        await foreach (var pong in call.ResponseStream.ReadAllAsync())
            numbers.Add(pong.Number);

        numbers.ShouldBe(Enumerable.Range(1, 500));
        call.GetTrailers().GetValue(ShapeInterceptor.Trailer).ShouldBe("server streaming");
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task DuplexStreaming_EachAnswerBeforeTheNextRequest_Interleaves(Transport transport)
    {
        using var call = server.Client(transport).Chat();

        for (var number = 1; number <= 3; number++)
        {
            await call.RequestStream.WriteAsync(new Ping { Number = number }, CancellationToken.None);
            (await call.ResponseStream.MoveNext().WaitAsync(ProbeServer.Patience)).ShouldBeTrue();
            call.ResponseStream.Current.Number.ShouldBe(number);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext().WaitAsync(ProbeServer.Patience)).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        call.GetTrailers().GetValue(ShapeInterceptor.Trailer).ShouldBe("duplex streaming");
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Unary_HundredAtOnce_EachGetsItsOwnResponse(Transport transport)
    {
        var client = server.Client(transport);

        var calls = Enumerable.Range(0, 100).Select(number => client.EchoAsync(new Ping { Number = number }).ResponseAsync);
        var pongs = await Task.WhenAll(calls);

        pongs.Select(pong => pong.Number).ShouldBe(Enumerable.Range(0, 100));
    }
}
