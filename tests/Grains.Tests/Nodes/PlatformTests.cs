using Warren.Nodes;

namespace Warren.Grains.Tests.Nodes;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64", true)]
    [InlineData("linux/amd64", "linux/arm64", false)]
    [InlineData("linux/amd64", "windows/amd64", false)]
    [InlineData("linux/amd64", "linux/amd64/v2", false)]
    [InlineData("linux/amd64/v3", "linux/amd64/v2", true)]
    [InlineData("linux/amd64/v3", "linux/amd64", true)]
    [InlineData("linux/arm64", "linux/arm64/v8", true)]
    [InlineData("linux/arm/v7", "linux/arm/v6", true)]
    [InlineData("linux/arm/v6", "linux/arm/v7", false)]
    [InlineData("linux/arm", "linux/arm/v7", true)]
    [InlineData("linux/arm/v6", "linux/arm", false)]
    [InlineData("linux/arm64", "linux/arm/v7", true)]
    [InlineData("linux/arm/v7", "linux/arm64", false)]
    [InlineData("linux/amd64", "linux/386", true)]
    [InlineData("linux/386", "linux/amd64", false)]
    public void Runs_Image_NeedsTheArchitectureAndNoLaterVariant(string node, string image, bool expected) =>
        Platform.Parse(node).Runs(Platform.Parse(image)).ShouldBe(expected);

    [Theory]
    [InlineData("linux")]
    [InlineData("linux/")]
    [InlineData("linux/arm/v7/x")]
    [InlineData("Linux/arm")]
    public void TryParse_NoPlatform_IsRefused(string text) => Platform.TryParse(text, null, out _).ShouldBeFalse();
}
