using Warren.Containers;

namespace Warren.Grains.Tests.Containers;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("web", "docker.io/library/web:latest")]
    [InlineData("web:1.2", "docker.io/library/web:1.2")]
    [InlineData("acme/web", "docker.io/acme/web:latest")]
    [InlineData("docker.io/web", "docker.io/library/web:latest")]
    [InlineData("index.docker.io/acme/web", "docker.io/acme/web:latest")]
    [InlineData("localhost/web", "localhost/web:latest")]
    [InlineData("localhost:5000/a/b/c:v1", "localhost:5000/a/b/c:v1")]
    [InlineData("registry.example.com/web", "registry.example.com/web:latest")]
    [InlineData("[fd00::1]:5000/web:1", "[fd00::1]:5000/web:1")]
    [InlineData("web@" + Digest, "docker.io/library/web@" + Digest)]
    [InlineData("web:1@" + Digest, "docker.io/library/web:1@" + Digest)]
    public void Parse_Valid_GivesTheFullForm(string text, string full) => ImageReference.Parse(text).ToString().ShouldBe(full);

    [Theory]
    [InlineData("", "repository")]
    [InlineData("Web", "repository")]
    [InlineData("acme//web", "repository")]
    [InlineData("web:", "tag")]
    [InlineData("web:.1", "tag")]
    [InlineData("web@sha256:12", "digest")]
    [InlineData("a_.example.com:5000/web", "registry")]
    [InlineData("-web", "repository")]
    public void Parse_Invalid_NamesThePart(string text, string part) =>
        Should.Throw<FormatException>(() => ImageReference.Parse(text)).Message.ShouldStartWith($"'{text}' is no image reference: the {part} '");
}
