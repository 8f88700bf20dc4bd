using System.Text.Json;
using Warren.Shims.Tests.Calls;

namespace Warren.Shims.Tests.OtherClients;

/// <summary>The server as a client sees it that shares no code with it.</summary>
public sealed class GrpcioTests(GrpcioRun run) : IClassFixture<GrpcioRun>
{
    private static readonly string EveryByte = Convert.ToHexStringLower([.. Enumerable.Range(0, 256).Select(value => (byte)value)]);

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public void Unary_FromGrpcio_ReturnsTheResponse(Transport transport)
    {
        Expect(transport, "unary", new { text = "Grüße, 世界", number = -7 });
        Expect(transport, "large", true);
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public void ClientStreaming_FromGrpcio_ReturnsTheSum(Transport transport) =>
        Expect(transport, "client_streaming", new { text = "", number = 735 });

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public void ServerStreaming_FromGrpcio_ArrivesInOrder(Transport transport) =>
        Expect(transport, "server_streaming", new[] { 1, 2, 3, 4, 5 });

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public void DuplexStreaming_FromGrpcio_Interleaves(Transport transport) =>
        Expect(transport, "duplex_streaming", new[] { 1, 2, 3 });

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Deadline_FromGrpcio_EndsOnBothSides(Transport transport)
    {
        run.Result(transport, "deadline").GetProperty("code").GetString().ShouldBe("DEADLINE_EXCEEDED");
        await run.Server.Log.WhenCancelled("python deadline");
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Cancellation_FromGrpcio_EndsOnBothSides(Transport transport)
    {
        Expect(transport, "cancellation", "CANCELLED");
        var target = transport == Transport.Tls ? $"localhost:{run.Server.TlsPort}" : $"unix:{run.Server.SocketPath}";
        await run.Server.Log.WhenCancelled($"python cancel {target}");
    }

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public void Metadata_FromGrpcio_ComesBackAsHeadersAndTrailers(Transport transport) =>
        Expect(transport, "metadata", new Dictionary<string, string>
        {
            ["header"] = "a value, with: marks",
            ["header bytes"] = EveryByte,
            ["trailer"] = "a value, with: marks",
            ["trailer bytes"] = EveryByte,
        });

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public void Status_FromGrpcio_HasCodeMessageAndTrailers(Transport transport) =>
        Expect(transport, "status", new Dictionary<string, string>
        {
            ["code"] = "FAILED_PRECONDITION",
            ["details"] = "höchstens 3 – 7 %",
            ["reason"] = "asked for",
            ["detail bytes"] = "0001feff",
        });

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public void MissingMethod_FromGrpcio_IsUnimplemented(Transport transport) =>
        run.Result(transport, "missing").GetProperty("code").GetString().ShouldBe("UNIMPLEMENTED");

    [Theory]
    [InlineData(Transport.Tls, "gzip")]
    [InlineData(Transport.UnixSocket, "gzip")]
    [InlineData(Transport.Tls, "deflate")]
    public void Compression_FromGrpcio_FewBytesArriveAndTheTextIsWhole(Transport transport, string encoding)
    {
        var result = run.Result(transport, encoding);

        result.GetProperty("same").GetBoolean().ShouldBeTrue();
        result.GetProperty("encoding").GetString().ShouldBe(encoding);
        result.GetProperty("body bytes").GetInt32().ShouldBeInRange(6, 1000);
    }

    /// <summary>Compares as JSON text, so that a failed check shows the client's own words.</summary>
    private void Expect<T>(Transport transport, string check, T expected) =>
        JsonSerializer.Serialize(run.Result(transport, check)).ShouldBe(JsonSerializer.Serialize(expected));
}
