using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Warren.Agent.Health;
using Warren.Health.V1;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.TestSupport;
using Serving = Warren.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Warren.Agent.Tests.Health;

public sealed class OtherHealthProbeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Tcp_Listening_IsHealth()
    {
        var port = LocalPorts.Next();
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        (await CheckAsync(new TcpHealthProbe(IPAddress.Loopback, port))).ShouldBe(new ProbeOutcome(true, "connected"));
        listener.Stop();
        (await CheckAsync(new TcpHealthProbe(IPAddress.Loopback, port))).ShouldBe(new ProbeOutcome(false, "connection refused"));
    }

    [Fact]
    public async Task Tcp_BacklogFull_EndsWithItsTime()
    {
        // The kernel answers no further connection once as many wait as the backlog allows: half open from here.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var endpoint = (IPEndPoint)listener.LocalEndPoint!;
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToArray();
        foreach (var socket in waiting) _ = socket.ConnectAsync(endpoint);
        ProbeOutcome outcome;
        do
        {
            using var time = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            outcome = await new TcpHealthProbe(IPAddress.Loopback, endpoint.Port).CheckAsync(time.Token).WaitAsync(s_limit);
        }
        while (outcome.IsSuccess);
        outcome.ShouldBe(new ProbeOutcome(false, "not connected"));
        foreach (var socket in waiting) socket.Dispose();
    }

    [Theory]
    [InlineData(1, true, "SERVING")]
    [InlineData(2, false, "NOT_SERVING")]
    [InlineData(0, false, "UNKNOWN")]
    [InlineData(9, false, "a status that the protocol does not have: 9")]
    public async Task Grpc_Status_Decides(int status, bool success, string detail)
    {
        var asked = "";
        await using var server = await StartGrpcAsync(request =>
        {
            asked = request.Service;
            return (new HealthCheckResponse { Status = (Serving)status }, 0, "");
        });
        (await CheckAsync(new GrpcHealthProbe(new GrpcProbe { Port = server.Port, Service = "shop.Orders" }, IPAddress.Loopback))).ShouldBe(new ProbeOutcome(success, detail));
        asked.ShouldBe("shop.Orders");
    }

    [Theory]
    [InlineData(12, "UNIMPLEMENTED: the server does not offer grpc.health.v1.Health")]
    [InlineData(5, "NOT_FOUND: the server does not know the service 'shop.Orders'")]
    [InlineData(7, "PermissionDenied: not you")]
    public async Task Grpc_Error_IsAFailureWithItsReason(int code, string detail)
    {
        await using var server = await StartGrpcAsync(_ => (null, code, "not you"));
        (await CheckAsync(new GrpcHealthProbe(new GrpcProbe { Port = server.Port, Service = "shop.Orders" }, IPAddress.Loopback))).ShouldBe(new ProbeOutcome(false, detail));
    }

    [Fact]
    public async Task Grpc_NobodyListens_IsRefused() =>
        (await CheckAsync(new GrpcHealthProbe(new GrpcProbe { Port = LocalPorts.Next() }, IPAddress.Loopback)))
            .ShouldBe(new ProbeOutcome(false, "connection refused"));

    [Fact]
    public async Task Grpc_ServerOfAnotherProtocol_IsAFailure()
    {
        await using var server = await ProbeServer.StartAsync(_ => Task.CompletedTask);
        (await CheckAsync(new GrpcHealthProbe(new GrpcProbe { Port = server.Port }, IPAddress.Loopback))).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task Grpc_NeverAnswered_EndsWithItsTime()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var time = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var check = new GrpcHealthProbe(new GrpcProbe { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, IPAddress.Loopback).CheckAsync(time.Token);
        (await check.WaitAsync(s_limit)).ShouldBe(new ProbeOutcome(false, "no response"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("http", 1)]
    [InlineData("tcp", 1)]
    [InlineData("exec", 1)]
    [InlineData("grpc", 1)]
    [InlineData("http tcp", 2)]
    public void Create_Ways_TakesExactlyOne(string ways, int count)
    {
        var spec = new ProbeSpec
        {
            Http = ways.Contains("http", StringComparison.Ordinal) ? new HttpProbe { Port = 1 } : null,
            TcpPort = ways.Contains("tcp", StringComparison.Ordinal) ? 1 : null,
            Exec = ways.Contains("exec", StringComparison.Ordinal) ? ["true"] : [],
            Grpc = ways.Contains("grpc", StringComparison.Ordinal) ? new GrpcProbe { Port = 1 } : null,
        };
        IHealthProbe Create() => HealthProbes.Create(spec, new ProbeTarget(new ContainerId("web.1"), IPAddress.Loopback), null!, TimeProvider.System);
        if (count == 1) Create().GetType().Name.ShouldStartWith(ways, Case.Insensitive);
        else Should.Throw<ArgumentException>(Create).Message.ShouldContain($"this one in {count}");
    }

    private static async Task<ProbeOutcome> CheckAsync(IHealthProbe probe)
    {
        using var time = new CancellationTokenSource(s_limit);
        return await probe.CheckAsync(time.Token);
    }

    // The protocol as it is on the wire: a frame of five bytes and the message, and the status in the trailers.
    private static Task<ProbeServer> StartGrpcAsync(Func<HealthCheckRequest, (HealthCheckResponse? Response, int Code, string Message)> answer) =>
        ProbeServer.StartAsync(
            async context =>
            {
                context.Request.Path.Value.ShouldBe("/grpc.health.v1.Health/Check");
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                var (response, code, message) = answer(HealthCheckRequest.Parser.ParseFrom(body.ToArray().AsSpan(5)));
                context.Response.ContentType = "application/grpc";
                if (response is not null)
                {
                    var bytes = response.ToByteArray();
                    await context.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, (byte)bytes.Length, .. bytes]);
                }

                context.Response.AppendTrailer("grpc-status", $"{code}");
                context.Response.AppendTrailer("grpc-message", message);
            },
            protocols: HttpProtocols.Http2);
}
