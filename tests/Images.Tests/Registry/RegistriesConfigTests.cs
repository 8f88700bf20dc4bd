using System.Text;
using Warren.Images.Registry;

namespace Warren.Images.Tests.Registry;

public sealed class RegistriesConfigTests
{
    [Fact]
    public void Parse_Full_IsRead()
    {
        var config = Parse(
            """
            {
              // Comments are fine.
              "registries": {
                "docker.io": { "mirrors": ["mirror.example:5000", "harbor.example/hub"] },
                "harbor.example": { "ca": "/etc/warren/harbor.pem" },
                "lan:5000": { "insecure": "plain-http" },
                "old.example": { "insecure": "unverified-tls" },
              },
            }
            """);
        config.For("docker.io").Mirrors.ShouldBe([new("mirror.example:5000", ""), new("harbor.example", "hub/")]);
        config.For("harbor.example").CaFile.ShouldBe("/etc/warren/harbor.pem");
        config.For("harbor.example").Security.ShouldBe(RegistrySecurity.Verified);
        config.For("LAN:5000").Security.ShouldBe(RegistrySecurity.PlainHttp);
        config.For("old.example").Security.ShouldBe(RegistrySecurity.UnverifiedTls);
        config.For("else.example").ShouldBe(RegistrySettings.Default);
    }

    [Fact]
    public void Parse_Problems_AreAllReported()
    {
        var problems = Should.Throw<FormatException>(() => Parse(
            """
            {
              "registry": {},
              "registries": {
                "https://a.example": {},
                "b.example": { "insecure": true, "mirror": [], "mirrors": ["https://m", "ok.example"] },
                "c.example": { "ca": "relative.pem", "mirrors": "m" },
                "d.example": { "ca": "/a.pem", "insecure": "plain-http" },
                "e.example": []
              }
            }
            """)).Message;
        problems.ShouldContain("registry: unknown");
        problems.ShouldContain("registries[https://a.example]: must be a host name");
        problems.ShouldContain("registries[b.example].insecure: must be 'plain-http' or 'unverified-tls', was 'true'");
        problems.ShouldContain("registries[b.example].mirror: unknown");
        problems.ShouldContain("registries[b.example].mirrors[0]: must be a host");
        problems.ShouldNotContain("mirrors[1]");
        problems.ShouldContain("registries[c.example].ca: must be the absolute path of a PEM file, was 'relative.pem'");
        problems.ShouldContain("registries[c.example].mirrors: must be a list");
        problems.ShouldContain("registries[d.example]: 'ca' has no meaning");
        problems.ShouldContain("registries[e.example]: must be an object");
    }

    [Fact]
    public void Parse_NoJson_SaysSo() => Should.Throw<FormatException>(() => Parse("registries:")).Message.ShouldStartWith("it is no JSON");

    [Fact]
    public void Endpoints_WithMirrors_ComeBeforeTheRegistryWithTheirOwnSettings()
    {
        var config = Parse("""{ "registries": { "docker.io": { "mirrors": ["m:5000/hub"] }, "m:5000": { "insecure": "plain-http" } } }""");
        var endpoints = RegistryEndpoint.For(ImageReferences.Parse("web:1"), config);
        endpoints.Length.ShouldBe(2);
        endpoints[0].ManifestUri("1").ToString().ShouldBe("http://m:5000/v2/hub/library/web/manifests/1");
        endpoints[0].IsMirror.ShouldBeTrue();
        endpoints[1].BlobUri("sha256:ab").ToString().ShouldBe("https://registry-1.docker.io/v2/library/web/blobs/sha256:ab");
        endpoints[1].IsMirror.ShouldBeFalse();
    }

    private static RegistriesConfig Parse(string json) => RegistriesConfig.Parse(Encoding.UTF8.GetBytes(json));
}
