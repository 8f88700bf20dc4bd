using System.Text;
using Warren.Images.Formats;

namespace Warren.Images.Tests.Formats;

public sealed class ManifestDocumentTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string OciConfig = $$"""{ "mediaType": "application/vnd.oci.image.config.v1+json", "digest": "{{Digest}}", "size": 2 }""";
    private const string OciLayer = $$"""{ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "{{Digest}}", "size": 3 }""";

    [Fact]
    public void Parse_OciManifest_IsRead()
    {
        var document = Parse($$"""{ "schemaVersion": 2, "config": {{OciConfig}}, "layers": [{{OciLayer}}] }""", MediaTypes.OciManifest);
        document.Index.ShouldBeNull();
        document.Manifest!.Config.Size.ShouldBe(2);
        document.Manifest.Layers.ShouldBe([new Descriptor(MediaTypes.OciLayerGzip, Digest, 3)]);
    }

    [Fact]
    public void Parse_DockerManifest_IsRead() => Parse(
        $$"""
        {
          "schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
          "config": { "mediaType": "application/vnd.docker.container.image.v1+json", "digest": "{{Digest}}", "size": 2 },
          "layers": [{ "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": "{{Digest}}", "size": 3 }]
        }
        """).Manifest!.Layers.Single().MediaType.ShouldBe(MediaTypes.DockerLayerGzip);

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.list.v2+json")]
    public void Parse_Index_GivesPlatforms(string type)
    {
        var index = Parse(
            $$"""
            {
              "schemaVersion": 2, "mediaType": "{{type}}",
              "manifests": [
                { "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "{{Digest}}", "size": 9, "platform": { "os": "linux", "architecture": "arm", "variant": "v7" } },
                { "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "{{Digest}}", "size": 9, "platform": { "os": "unknown", "architecture": "unknown" } }
              ]
            }
            """).Index!;
        index.Platforms.ShouldBe(["linux/arm/v7"]);
        index.Manifests.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{ "schemaVersion": 1, "fsLayers": [] }""", "schema 1")]
    [InlineData("""{ "schemaVersion": 2, "mediaType": "application/vnd.cncf.helm", "config": C, "layers": [] }""", "'application/vnd.cncf.helm'")]
    [InlineData("""{ "schemaVersion": 2, "config": { "mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": "D", "size": 1 }, "layers": [] }""", "'application/vnd.cncf.helm.config.v1+json'")]
    [InlineData("""{ "schemaVersion": 2, "config": C, "layers": [{ "mediaType": "application/x-foreign", "digest": "D", "size": 1 }] }""", "'application/x-foreign'")]
    [InlineData("""{ "schemaVersion": 2, "config": C, "layers": [], "manifests": [] }""", "index and manifest at once")]
    [InlineData("""{ "schemaVersion": 2, "config": C, "layers": [{ "mediaType": "t", "digest": "sha256:../../etc", "size": 1 }] }""", "layers[0].digest")]
    [InlineData("""{ "schemaVersion": 2, "config": C, "layers": [{ "mediaType": "t", "digest": "D", "size": -1 }] }""", "layers[0].size")]
    [InlineData("""{ "schemaVersion": 2, "config": C, "layers": [{ "mediaType": "t", "digest": "D", "size": 9223372036854775807 }] }""", "layers[0].size")]
    [InlineData("""{ "schemaVersion": 2, "config": C, "layers": {} }""", "layers is no list")]
    [InlineData("""{ "schemaVersion": 2, "manifests": [] }""", "no manifests")]
    [InlineData("""{ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "config": C, "layers": [] }""", "lacks the parts")]
    [InlineData("""[]""", "no JSON object")]
    [InlineData("""{ "layers": """, "no JSON")]
    [InlineData("""{}""", "schemaVersion must be 2")]
    public void Parse_OfAnotherKind_IsMalformedAndSaysWhy(string json, string reason)
    {
        var text = json.Replace("\"D\"", $"\"{Digest}\"", StringComparison.Ordinal).Replace("C,", OciConfig + ",", StringComparison.Ordinal);
        var failure = Should.Throw<ImageException>(() => Parse(text));
        failure.Fault.ShouldBe(ImageFault.Malformed);
        failure.Message.ShouldContain(reason);
        failure.Message.ShouldContain("example/web");
    }

    [Fact]
    public void Parse_StatedAsSchema1_IsMalformed() =>
        Should.Throw<ImageException>(() => Parse("""{ "schemaVersion": 1 }""", "application/vnd.docker.distribution.manifest.v1+prettyjws"))
            .Message.ShouldContain("manifest.v1+prettyjws");

    [Fact]
    public void Parse_Huge_IsMalformed() =>
        Should.Throw<ImageException>(() => ManifestDocument.Parse(new byte[ManifestDocument.MaxBytes + 1], null, "x")).Fault.ShouldBe(ImageFault.Malformed);

    private static ManifestDocument Parse(string json, string? type = null) => ManifestDocument.Parse(Encoding.UTF8.GetBytes(json), type, "example/web");
}
