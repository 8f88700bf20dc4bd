using System.Net;
using System.Text;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>The registry that the tests of pulls rely on: that it wants credentials, and has what was pushed.</summary>
public sealed class PrivateRegistryTests
{
    [Fact]
    public async Task Registry_WithPushedImage_ServesItByTlsToWhoHasCredentials()
    {
        await using var registry = await PrivateRegistry.StartNewAsync();
        var image = TestImage.Create("example.test/small:1", [new TestLayer().File("etc/motd", "hello\n")]);
        var pushed = await registry.PushAsync("team/small", "1", image, LayerPacking.Zstd);

        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"https://{registry.Host}") };
        using var refused = await client.GetAsync("/v2/team/small/manifests/1");
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        client.DefaultRequestHeaders.Authorization =
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{registry.User}:{registry.Password}")));
        client.DefaultRequestHeaders.Accept.Add(new(OciMediaTypes.Manifest));
        (await client.GetByteArrayAsync("/v2/team/small/manifests/1")).ShouldBe(pushed.Manifest);
        (await File.ReadAllBytesAsync(registry.FileOf(TestImage.DigestOf(pushed.Layers[0])))).ShouldBe(pushed.Layers[0]);
    }
}
