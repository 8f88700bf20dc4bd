using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

/// <summary>gzip, also seen from outside: frames made and read by hand, so that both sides cannot agree on something else.</summary>
public sealed class CompressionTests(ProbeServer server) : IClassFixture<ProbeServer>
{
    private const int FrameHeaderBytes = 5;
    // What 50,000 equal letters take at most when they are compressed at all.
    private const int Compressed = 1000;

    private static readonly string LongText = new('w', 50_000);

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Reflect_ClientCompresses_FewBytesArrive(string encoding)
    {
        var headers = new Metadata { { "grpc-internal-encoding-request", encoding } };
        using var call = server.Client(Transport.Tls).ReflectAsync(new Ping { Text = LongText }, headers);

        (await call).Text.ShouldBe(LongText);

        call.GetTrailers().GetValue("seen-encoding").ShouldBe(encoding);
        int.Parse(call.GetTrailers().GetValue("seen-body-bytes")!).ShouldBeInRange(FrameHeaderBytes + 1, Compressed);
    }

    [Fact]
    public async Task Reflect_ClientDoesNotCompress_AllBytesArrive()
    {
        using var call = server.Client(Transport.Tls).ReflectAsync(new Ping { Text = LongText });
        await call;

        call.GetTrailers().GetValue("seen-encoding").ShouldBe("none");
        int.Parse(call.GetTrailers().GetValue("seen-body-bytes")!).ShouldBeGreaterThan(LongText.Length);
    }

    [Fact]
    public async Task Reflect_WriteFlagNoCompress_SendsTheRequestAsItIs()
    {
        var options = new CallOptions(new Metadata { { "grpc-internal-encoding-request", "gzip" } })
            .WithWriteOptions(new WriteOptions(WriteFlags.NoCompress));
        using var call = server.Client(Transport.Tls).ReflectAsync(new Ping { Text = LongText }, options);
        await call;

        int.Parse(call.GetTrailers().GetValue("seen-body-bytes")!).ShouldBeGreaterThan(LongText.Length);
    }

    [Fact]
    public async Task Echo_FramesByHand_ServerReadsAndWritesGzip()
    {
        var request = Frame(Gzip(new Ping { Text = LongText }.ToByteArray()), compressed: true);

        var (response, headers) = await Post("Echo", request, requestEncoding: "gzip", accepted: "gzip");

        headers.GetValues("grpc-encoding").ShouldBe(["gzip"]);
        response[0].ShouldBe((byte)1);
        response.Length.ShouldBeLessThan(Compressed);
        BinaryPrimitives.ReadInt32BigEndian(response.AsSpan(1)).ShouldBe(response.Length - FrameHeaderBytes);
        Pong.Parser.ParseFrom(Gunzip(response[FrameHeaderBytes..])).Text.ShouldBe(LongText);
    }

    [Fact]
    public async Task Echo_CallerDoesNotAcceptGzip_ServerSendsPlain()
    {
        var (response, headers) = await Post(
            "Echo", Frame(new Ping { Text = LongText }.ToByteArray(), compressed: false), requestEncoding: null, accepted: "identity");

        headers.Contains("grpc-encoding").ShouldBeFalse();
        response[0].ShouldBe((byte)0);
        Pong.Parser.ParseFrom(response[FrameHeaderBytes..]).Text.ShouldBe(LongText);
    }

    [Fact]
    public async Task EchoPlain_ServiceAsksForNoCompression_ServerSendsPlain()
    {
        var (response, _) = await Post(
            "EchoPlain", Frame(new Ping { Text = LongText }.ToByteArray(), compressed: false), requestEncoding: null, accepted: "gzip");

        response[0].ShouldBe((byte)0);
        Pong.Parser.ParseFrom(response[FrameHeaderBytes..]).Text.ShouldBe(LongText);
    }

    private static byte[] Frame(byte[] message, bool compressed)
    {
        var frame = new byte[FrameHeaderBytes + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, FrameHeaderBytes);
        return frame;
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
            gzip.Write(plain);
        return target.ToArray();
    }

    private static byte[] Gunzip(byte[] compressed)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var target = new MemoryStream();
        gzip.CopyTo(target);
        return target.ToArray();
    }

    private async Task<(byte[] Body, HttpResponseHeaders Headers)> Post(
        string method, byte[] body, string? requestEncoding, string accepted)
    {
        using var http = new HttpClient(server.Handler(Transport.Tls));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address(Transport.Tls)}/warren.shims.probe.Prober/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.Add("grpc-accept-encoding", accepted);
        if (requestEncoding is not null)
            request.Headers.Add("grpc-encoding", requestEncoding);

        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        response.TrailingHeaders.GetValues("grpc-status").ShouldBe(["0"]);
        return (bytes, response.Headers);
    }
}
