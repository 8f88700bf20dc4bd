using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;
using Warren.Api.Tests.Testing;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Hosting;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Who can reach the API, and how its sockets come and go.</summary>
public sealed class SocketTests(ServedManager manager) : IClassFixture<ServedManager>
{
    [Fact]
    public void UnixSocket_OfAManager_IsItsOwnersAlone() =>
        File.GetUnixFileMode(manager.SocketPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    [Fact]
    public async Task Tls_CertificateOfTheClustersAuthority_IsServed()
    {
        using var certificate = manager.Issue("operator");
        (await InfoAsync(manager.ConnectByTls(certificate))).Manager.ShouldBe("m1");
    }

    [Theory]
    [InlineData("worker")]
    [InlineData(null)]
    public async Task Tls_CertificateOfAWorkerOrOfNobody_IsRefused(string? role)
    {
        using var certificate = manager.Issue("n1", role);
        await ShouldFailAsync(manager.ConnectByTls(certificate));
    }

    [Fact]
    public async Task Tls_CertificateOfAManager_IsServed()
    {
        using var certificate = manager.Issue("m2", "manager");
        (await InfoAsync(manager.ConnectByTls(certificate))).Manager.ShouldBe("m1");
    }

    [Fact]
    public async Task Tls_NoCertificate_IsRefused() => await ShouldFailAsync(manager.ConnectByTls(null));

    [Fact]
    public async Task Tls_CertificateOfAnotherAuthority_IsRefused()
    {
        using var other = TestAuthority.Create();
        using var certificate = other.Issue("operator");
        await ShouldFailAsync(manager.ConnectByTls(certificate));
    }

    [Fact]
    public async Task Tls_OlderProtocol_IsRefused()
    {
        using var certificate = manager.Issue("operator");
#pragma warning disable CA5398 // The older protocol is what is tested.
        await ShouldFailAsync(manager.ConnectByTls(certificate, SslProtocols.Tls12));
#pragma warning restore CA5398
    }

    [Fact]
    public async Task Start_SocketThatAKilledManagerLeft_IsTakenOver()
    {
        using var folder = TempFolder.Create("socket");
        var path = folder.File("api.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // A socket removes its file when it is closed in good order, but only under the name that it was given.
            left.Bind(new UnixDomainSocketEndPoint(path + ".new"));
            File.Move(path + ".new", path);
        }

        File.Exists(path).ShouldBeTrue();
        using var host = ManagerHost.Build(Options(folder, path));
        await host.StartAsync();
        (await InfoAsync(manager.Connect(path))).Manager.ShouldBe("m2");
        await host.StopAsync();
        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public void Open_SocketThatIsServed_IsRefusedByName()
    {
        var refusal = Should.Throw<IOException>(() => ListeningSockets.Open(manager.SocketPath));
        refusal.Message.ShouldBe($"--api-socket {manager.SocketPath} is served by another process already; end it, or choose another path");
        File.Exists(manager.SocketPath).ShouldBeTrue();
        Should.Throw<IOException>(() => ListeningSockets.Open(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, manager.Port), "--api-port")).Message
            .ShouldStartWith($"--api-port: 127.0.0.1:{manager.Port} cannot be opened");
    }

    [Fact]
    public async Task Stop_WhileEventsAreFollowed_EndsThemAtOnce()
    {
        using var folder = TempFolder.Create("socket");
        var path = folder.File("api.sock");
        using var host = ManagerHost.Build(Options(folder, path));
        await host.StartAsync();
        using var events = new Proto.EventApi.EventApiClient(manager.Connect(path)).Read(new() { Follow = true });
        await events.ResponseHeadersAsync;
        var reading = Refusal.OfAsync(async () => await events.ResponseStream.MoveNext(CancellationToken.None));
        await host.StopAsync();
        var refusal = await reading;
        (refusal.Code, refusal.Reason).ShouldBe((StatusCode.Unavailable, "STOPPING"));
    }

    [Fact]
    public void Options_ThatCannotBeUsed_AreNamedByTheirOptions() =>
        ManagerOptionsValidator.FindProblems(new() { ApiSocket = "warren.sock", ApiPort = 2390, RestPort = 2390 }).ShouldBe(
        [
            "--api-socket: must be an absolute path of at most 107 bytes, was 'warren.sock'",
            "--api-port: must differ from --port, were both 2390",
            "--rest-port: must differ from --port and --api-port, was 2390 as well",
        ]);

    private static ManagerOptions Options(TempFolder folder, string path) =>
        new() { Name = "m2", DataDirectory = folder.File("data"), Port = LocalPorts.Next(), ApiSocket = path };

    private static async Task<Proto.ClusterInfo> InfoAsync(GrpcChannel channel) => await new Proto.ClusterApi.ClusterApiClient(channel).GetInfoAsync(new());

    private static async Task ShouldFailAsync(GrpcChannel channel) =>
        (await Should.ThrowAsync<RpcException>(() => InfoAsync(channel))).StatusCode.ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
}
