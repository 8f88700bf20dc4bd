using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Warren.Agent.Health;
using Warren.Containers;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Health;

public sealed class HttpHealthProbeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(200, true, "HTTP 200")]
    [InlineData(204, true, "HTTP 204")]
    [InlineData(399, true, "HTTP 399")]
    [InlineData(400, false, "HTTP 400: because")]
    [InlineData(503, false, "HTTP 503: because")]
    public async Task Check_Status_DecidesByTheRange(int status, bool success, string detail)
    {
        await using var server = await ProbeServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            if (status != 204) await context.Response.WriteAsync("because\n");
        });
        (await CheckAsync(new HttpProbe { Port = server.Port })).ShouldBe(new ProbeOutcome(success, detail));
    }

    [Fact]
    public async Task Check_OwnRange_IsHeld()
    {
        await using var server = await ProbeServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        (await CheckAsync(new HttpProbe { Port = server.Port, MinStatus = 401, MaxStatus = 401 })).IsSuccess.ShouldBeTrue();
        (await CheckAsync(new HttpProbe { Port = server.Port, MinStatus = 402, MaxStatus = 500 })).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task Check_Request_IsAsSpecified()
    {
        var seen = "";
        await using var server = await ProbeServer.StartAsync(context =>
        {
            var request = context.Request;
            seen = $"{request.Method} {request.Path}{request.QueryString} {request.Host} {request.Headers["X-Who"]} {request.ContentType} {request.Headers.UserAgent}";
            return Task.CompletedTask;
        });
        var headers = ImmutableSortedDictionary<string, string>.Empty
            .Add("Host", "shop.example").Add("X-Who", "me").Add("Content-Type", "text/x").Add("User-Agent", "curious");
        (await CheckAsync(new HttpProbe { Port = server.Port, Path = "/health/live?deep=1", Headers = headers })).IsSuccess.ShouldBeTrue();
        seen.ShouldBe("GET /health/live?deep=1 shop.example me text/x curious");
    }

    [Fact]
    public async Task Check_Redirect_IsNotFollowed()
    {
        var requests = 0;
        await using var server = await ProbeServer.StartAsync(context =>
        {
            requests++;
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        (await CheckAsync(new HttpProbe { Port = server.Port })).Detail.ShouldBe("HTTP 302");
        requests.ShouldBe(1);
    }

    [Fact]
    public async Task Check_Twice_TakesANewConnectionEachTime()
    {
        var connections = new HashSet<string>();
        await using var server = await ProbeServer.StartAsync(context =>
        {
            connections.Add(context.Connection.Id);
            return Task.CompletedTask;
        });
        await CheckAsync(new HttpProbe { Port = server.Port });
        await CheckAsync(new HttpProbe { Port = server.Port });
        connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Check_Https_TakesAnyCertificate()
    {
        await using var server = await ProbeServer.StartAsync(_ => Task.CompletedTask, https: true);
        (await CheckAsync(new HttpProbe { Port = server.Port, Https = true })).ShouldBe(new ProbeOutcome(true, "HTTP 200"));
        // Spoken to in clear, it hangs up.
        (await CheckAsync(new HttpProbe { Port = server.Port })).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task Check_HttpsOfAClearServer_IsATlsError()
    {
        await using var server = await ProbeServer.StartAsync(_ => Task.CompletedTask);
        var outcome = await CheckAsync(new HttpProbe { Port = server.Port, Https = true });
        outcome.IsSuccess.ShouldBeFalse();
        outcome.Detail.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Check_NobodyListens_IsRefused() =>
        (await CheckAsync(new HttpProbe { Port = LocalPorts.Next() })).ShouldBe(new ProbeOutcome(false, "connection refused"));

    [Fact]
    public async Task Check_EndlessBody_ReadsTheBeginningOnly()
    {
        await using var server = await ProbeServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 500;
            var block = Encoding.ASCII.GetBytes(new string('x', 100_000));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        });
        var outcome = await CheckAsync(new HttpProbe { Port = server.Port }).WaitAsync(s_limit);
        outcome.Detail.ShouldBe("HTTP 500: " + new string('x', 1024));
    }

    [Fact]
    public async Task Check_ServerThatNeverAnswers_EndsWithItsTime()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var time = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var check = new HttpHealthProbe(new HttpProbe { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, IPAddress.Loopback).CheckAsync(time.Token);
        (await check.WaitAsync(s_limit)).ShouldBe(new ProbeOutcome(false, "no response"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no http at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200")]
    public async Task Check_WrongAnswer_IsAFailure(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await stream.ReadAtLeastAsync(new byte[4096], 1);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        });
        var outcome = await CheckAsync(new HttpProbe { Port = ((IPEndPoint)listener.LocalEndpoint).Port });
        outcome.IsSuccess.ShouldBeFalse();
        outcome.Detail.ShouldNotBeEmpty();
        await serving.WaitAsync(s_limit);
    }

    [Fact]
    public async Task Check_HeaderThatCannotBe_IsNamed()
    {
        var headers = ImmutableSortedDictionary<string, string>.Empty.Add("a b", "c");
        (await CheckAsync(new HttpProbe { Port = 1, Headers = headers })).Detail.ShouldBe("the request cannot be made: 'a b' is no name of a header");
    }

    private static async Task<ProbeOutcome> CheckAsync(HttpProbe spec)
    {
        using var time = new CancellationTokenSource(s_limit);
        return await new HttpHealthProbe(spec, IPAddress.Loopback).CheckAsync(time.Token);
    }
}
