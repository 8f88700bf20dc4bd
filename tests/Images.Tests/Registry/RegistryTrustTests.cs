using System.Text;
using Warren.TestSupport.Certificates;

namespace Warren.Images.Tests.Registry;

/// <summary>TLS, its exceptions, and mirrors.</summary>
public sealed class RegistryTrustTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly byte[] _blob = "some layer"u8.ToArray();

    [Fact]
    public async Task Tls_FromAnUnknownAuthority_IsUntrusted()
    {
        await using var registry = await StartTlsAsync();
        var failure = await FailAsync(registry);
        failure.Fault.ShouldBe(ImageFault.Untrusted);
        failure.Message.ShouldContain("certificate");
        registry.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tls_FromTheConfiguredAuthority_IsTrusted()
    {
        await using var registry = await StartTlsAsync();
        _fixture.Registry(registry.Host, ca: _fixture.FileOf("ca.pem", _authority.Certificate.ExportCertificatePem()));
        (await DownloadAsync(registry)).Kept.ShouldBe(_blob);
    }

    [Fact]
    public async Task Tls_FromAnotherThanTheConfiguredAuthority_IsUntrusted()
    {
        using var other = TestAuthority.Create("Another authority");
        await using var registry = await StartTlsAsync();
        _fixture.Registry(registry.Host, ca: _fixture.FileOf("ca.pem", other.Certificate.ExportCertificatePem()));
        (await FailAsync(registry)).Fault.ShouldBe(ImageFault.Untrusted);
    }

    [Theory]
    [InlineData("no certificate at all")]
    [InlineData(null)]
    public async Task Tls_WithAnUnusableAuthorityFile_NamesTheFile(string? content)
    {
        await using var registry = await StartTlsAsync();
        var file = content is null ? "/nowhere/ca.pem" : _fixture.FileOf("ca.pem", content);
        _fixture.Registry(registry.Host, ca: file);
        var failure = await FailAsync(registry);
        failure.Fault.ShouldBe(ImageFault.Untrusted);
        failure.Message.ShouldContain(file);
    }

    [Fact]
    public async Task Tls_Unverified_IsUsedWhereConfigured()
    {
        await using var registry = await StartTlsAsync();
        _fixture.Registry(registry.Host, insecure: "unverified-tls");
        (await DownloadAsync(registry)).Kept.ShouldBe(_blob);
    }

    [Fact]
    public async Task Tls_Unverified_DoesNotHoldForTheHostOfARedirect()
    {
        await using var storage = await StartTlsAsync();
        await using var registry = await StartTlsAsync();
        registry.Answer = context =>
        {
            context.Response.Redirect($"{storage.Address}blob");
            return Task.CompletedTask;
        };
        _fixture.Registry(registry.Host, insecure: "unverified-tls");
        (await FailAsync(registry)).Fault.ShouldBe(ImageFault.Untrusted);
        storage.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task PlainHttp_NotMarkedInsecure_IsUntrustedAndSeesNothing()
    {
        await using var registry = await ScriptedRegistry.StartAsync();
        var failure = await FailAsync(registry, new("ann", "secret"));
        failure.Fault.ShouldBe(ImageFault.Untrusted);
        failure.Message.ShouldContain("plain-http");
        registry.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Redirect_FromTlsToPlainHttp_IsRefused()
    {
        await using var storage = await ScriptedRegistry.StartAsync();
        await using var registry = await StartTlsAsync();
        registry.Answer = context =>
        {
            context.Response.Redirect($"{storage.Address}blob");
            return Task.CompletedTask;
        };
        _fixture.Registry(registry.Host, insecure: "unverified-tls");
        (await FailAsync(registry)).Fault.ShouldBe(ImageFault.Untrusted);
        storage.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task TokenService_ByPlainHttp_GetsNoCredentialsOfATlsRegistry()
    {
        await using var tokens = await ScriptedRegistry.StartAsync();
        await using var registry = await StartTlsAsync();
        registry.Answer = context =>
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{tokens.Address}token\"";
            return ScriptedRegistry.SendAsync(context, [], status: 401);
        };
        _fixture.Registry(registry.Host, insecure: "unverified-tls");
        (await FailAsync(registry, new("ann", "secret"))).Fault.ShouldBe(ImageFault.Untrusted);
        tokens.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mirror_ThatHasIt_IsUsedAlone()
    {
        await using var mirror = await StartPlainAsync();
        await using var registry = await StartPlainAsync();
        _fixture.Registry(registry.Host, insecure: "plain-http", mirrors: mirror.Host + "/cache");
        (await DownloadAsync(registry, new("ann", "secret"))).Kept.ShouldBe(_blob);
        registry.Requests.ShouldBeEmpty();
        mirror.Requests.Single().Path.ShouldStartWith("/v2/cache/team/web/blobs/");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(401)]
    public async Task Mirror_ThatFails_IsFollowedByTheNextAndTheRegistry(int status)
    {
        await using var first = await StartPlainAsync();
        await using var second = await StartPlainAsync();
        await using var registry = await StartPlainAsync();
        first.Answer = second.Answer = context => ScriptedRegistry.SendAsync(context, [], status: status);
        _fixture.Registry(registry.Host, insecure: "plain-http", mirrors: [first.Host, second.Host]);
        (await DownloadAsync(registry)).Kept.ShouldBe(_blob);
        first.Requests.ShouldNotBeEmpty();
        second.Requests.ShouldNotBeEmpty();
        registry.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Mirror_WithOtherBytes_IsNotBelieved()
    {
        await using var mirror = await StartPlainAsync();
        await using var registry = await StartPlainAsync();
        mirror.Answer = context => ScriptedRegistry.SendAsync(context, "evil layer"u8.ToArray());
        _fixture.Registry(registry.Host, insecure: "plain-http", mirrors: mirror.Host);
        (await DownloadAsync(registry)).Kept.ShouldBe(_blob);
    }

    [Fact]
    public async Task Mirror_NeverSeesTheCredentialsOfTheRegistry()
    {
        await using var mirror = await StartPlainAsync();
        await using var registry = await StartPlainAsync();
        mirror.Answer = context =>
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"give\"";
            return ScriptedRegistry.SendAsync(context, [], status: 401);
        };
        _fixture.Registry(registry.Host, insecure: "plain-http", mirrors: mirror.Host).Credentials(registry.Host, "ann", "secret");
        (await DownloadAsync(registry, new("ann", "secret"))).Kept.ShouldBe(_blob);
        mirror.Requests.ShouldAllBe(request => request.Authorization == null);
    }

    [Fact]
    public async Task Mirrors_AndRegistryFailing_AreAllNamed()
    {
        await using var mirror = await StartPlainAsync();
        await using var registry = await StartPlainAsync();
        mirror.Answer = context => ScriptedRegistry.SendAsync(context, [], status: 500);
        registry.Answer = context => ScriptedRegistry.SendAsync(context, [], status: 404);
        _fixture.Registry(registry.Host, insecure: "plain-http", mirrors: mirror.Host);
        var failure = await FailAsync(registry);
        failure.Fault.ShouldBe(ImageFault.NotFound);
        failure.Message.ShouldContain(mirror.Host);
        failure.Message.ShouldContain(registry.Host);
    }

    [Fact]
    public async Task Manifest_ByDigestWithOtherBytes_IsADigestMismatch()
    {
        await using var registry = await StartPlainAsync();
        registry.Answer = context => ScriptedRegistry.SendAsync(context, "{}"u8.ToArray(), "application/vnd.oci.image.manifest.v1+json");
        var digest = "sha256:" + new string('a', 64);
        var failure = await Should.ThrowAsync<ImageException>(_fixture.Open($"{registry.Host}/team/web").GetManifestAsync(digest, null, CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.DigestMismatch);
    }

    [Fact]
    public async Task Manifest_ByTagWithAnotherStatedDigest_IsADigestMismatch()
    {
        await using var registry = await StartPlainAsync();
        registry.Answer = context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = "sha256:" + new string('a', 64);
            return ScriptedRegistry.SendAsync(context, "{}"u8.ToArray(), "application/vnd.oci.image.manifest.v1+json");
        };
        var failure = await Should.ThrowAsync<ImageException>(_fixture.Open($"{registry.Host}/team/web").GetManifestAsync("1", null, CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.DigestMismatch);
    }

    [Fact]
    public async Task Manifest_Endless_IsMalformed()
    {
        await using var registry = await StartPlainAsync();
        registry.Answer = async context =>
        {
            var page = Encoding.UTF8.GetBytes(new string(' ', 65536));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(page);
        };
        var failure = await Should.ThrowAsync<ImageException>(_fixture.Open($"{registry.Host}/team/web").GetManifestAsync("1", null, CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.Malformed);
    }

    [Fact]
    public async Task Registry_ThatIsNotThere_IsUnavailable()
    {
        var host = $"127.0.0.1:{TestSupport.LocalPorts.Next().ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        var failure = await Should.ThrowAsync<ImageException>(_fixture.Open($"{host}/team/web").GetManifestAsync("1", null, CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.RegistryUnavailable);
        failure.Message.ShouldContain(host);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _fixture.Dispose();
    }

    private async Task<ScriptedRegistry> StartTlsAsync()
    {
        var registry = await ScriptedRegistry.StartAsync(_authority.Issue("registry"));
        registry.Answer = context => ScriptedRegistry.SendAsync(context, _blob);
        return registry;
    }

    private async Task<ScriptedRegistry> StartPlainAsync()
    {
        var registry = await ScriptedRegistry.StartAsync();
        registry.Answer = context => ScriptedRegistry.SendAsync(context, _blob);
        _fixture.Registry(registry.Host, insecure: "plain-http");
        return registry;
    }

    private async Task<MemorySink> DownloadAsync(ScriptedRegistry registry, RegistryCredentials? credentials = null)
    {
        var sink = new MemorySink(RegistryFixture.Descriptor(_blob).Digest);
        await _fixture.Open($"{registry.Host}/team/web:1", credentials).DownloadAsync(RegistryFixture.Descriptor(_blob), sink, CancellationToken.None)
            .WaitAsync(TimeSpan.FromMinutes(1));
        return sink;
    }

    private Task<ImageException> FailAsync(ScriptedRegistry registry, RegistryCredentials? credentials = null) =>
        Should.ThrowAsync<ImageException>(DownloadAsync(registry, credentials));
}
