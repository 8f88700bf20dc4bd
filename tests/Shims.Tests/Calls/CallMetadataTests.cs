using Grpc.Core;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

/// <summary>What goes round the messages of a call: headers, trailers, credentials, addresses.</summary>
public sealed class CallMetadataTests(ProbeServer server) : IClassFixture<ProbeServer>
{
    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.UnixSocket)]
    public async Task Reflect_TextAndBytes_ComeBackAsHeadersAndTrailers(Transport transport)
    {
        var sent = new Metadata { { "X-Text", "a value, with: marks" }, { "x-bytes-bin", EveryByte } };
        using var call = server.Client(transport).ReflectAsync(new Ping(), sent);

        var headers = await call.ResponseHeadersAsync;
        await call;
        var trailers = call.GetTrailers();

        headers.GetValue("x-text").ShouldBe("a value, with: marks");
        headers.GetValueBytes("x-bytes-bin").ShouldBe(EveryByte);
        headers.Get("x-bytes-bin")!.IsBinary.ShouldBeTrue();
        trailers.GetValue("t-x-text").ShouldBe("a value, with: marks");
        trailers.GetValueBytes("t-x-bytes-bin").ShouldBe(EveryByte);
    }

    [Fact]
    public async Task Reflect_OverTls_TheServiceSeesMethodHostAndPeer()
    {
        using var call = server.Client(Transport.Tls).ReflectAsync(new Ping());
        await call;

        call.GetTrailers().GetValue("seen-method").ShouldBe("/warren.shims.probe.Prober/Reflect");
        call.GetTrailers().GetValue("seen-host").ShouldBe($"localhost:{server.TlsPort}");
        call.GetTrailers().GetValue("seen-peer").ShouldStartWith("ipv4:127.0.0.1:");
        call.GetTrailers().GetValue("seen-identity").ShouldBe("none");
    }

    [Fact]
    public async Task Reflect_OverAUnixSocket_HasNoPeerAddress()
    {
        using var call = server.Client(Transport.UnixSocket).ReflectAsync(new Ping());
        await call;

        call.GetTrailers().GetValue("seen-host").ShouldBe("localhost");
        call.GetTrailers().GetValue("seen-peer").ShouldBe("unknown");
    }

    [Fact]
    public async Task Reflect_ClientCertificate_TheServiceSeesWhoseItIs()
    {
        using var certificate = server.IssueClientCertificate("node-7");
        using var channel = server.Connect(Transport.Tls, clientCertificate: certificate);
        using var call = new Prober.ProberClient(channel).ReflectAsync(new Ping());
        await call;

        call.GetTrailers().GetValue("seen-identity").ShouldBe("x509_subject_alternative_name=localhost");
        call.GetTrailers().GetValue("seen-common-name").ShouldBe("node-7");
    }

    [Fact]
    public async Task Reflect_CredentialsOfTheChannel_ArriveWithEachCall()
    {
        var token = CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {context.ServiceUrl[context.ServiceUrl.LastIndexOf('/')..]} {context.MethodName}");
            return Task.CompletedTask;
        });
        using var channel = server.Connect(Transport.Tls, ChannelCredentials.Create(ChannelCredentials.SecureSsl, token));
        using var call = new Prober.ProberClient(channel).ReflectAsync(new Ping());
        await call;

        call.GetTrailers().GetValue("seen-authorization").ShouldBe("Bearer /warren.shims.probe.Prober Reflect");
    }

    [Fact]
    public async Task Reflect_ComposedCredentialsOfTheCall_AllArrive()
    {
        var inner = CallCredentials.Compose(Adding("x-two", "2"), Adding("x-three", "3"));
        var credentials = CallCredentials.Compose(Adding("x-one", "1"), inner);
        using var call = server.Client(Transport.Tls).ReflectAsync(new Ping(), new CallOptions(credentials: credentials));
        await call;

        call.GetTrailers().GetValue("t-x-one").ShouldBe("1");
        call.GetTrailers().GetValue("t-x-two").ShouldBe("2");
        call.GetTrailers().GetValue("t-x-three").ShouldBe("3");
    }

    [Fact]
    public async Task Echo_InsecureCredentialsOverAUnixSocket_Works()
    {
        using var channel = server.Connect(Transport.UnixSocket, ChannelCredentials.Insecure);

        (await new Prober.ProberClient(channel).EchoAsync(new Ping { Number = 3 })).Number.ShouldBe(3);
    }

    private static CallCredentials Adding(string key, string value) => CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add(key, value);
        return Task.CompletedTask;
    });
}
