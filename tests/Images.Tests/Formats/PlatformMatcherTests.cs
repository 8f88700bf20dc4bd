using Warren.Images.Formats;

namespace Warren.Images.Tests.Formats;

public sealed class PlatformMatcherTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/arm64 linux/amd64 linux/386", "linux/amd64")]
    [InlineData("linux/amd64", "linux/arm64 linux/386", "linux/386")]
    [InlineData("linux/amd64", "linux/x86_64", "linux/x86_64")]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v2 linux/amd64/v4", "linux/amd64/v2")]
    [InlineData("linux/amd64", "linux/amd64/v2", null)]
    [InlineData("linux/amd64", "windows/amd64", null)]
    [InlineData("linux/arm64/v8", "linux/arm/v7 linux/arm64", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/arm64", "linux/aarch64", "linux/aarch64")]
    [InlineData("linux/arm64", "linux/arm", "linux/arm")]
    [InlineData("linux/arm/v7", "linux/arm/v5 linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux/arm/v7", "linux/arm64 linux/arm/v8", null)]
    [InlineData("linux/arm/v7", "linux/armhf", "linux/armhf")]
    [InlineData("linux/arm/v6", "linux/arm/v7 linux/arm", null)]
    [InlineData("linux/arm/v6", "linux/arm/v5", "linux/arm/v5")]
    [InlineData("linux/riscv64", "linux/riscv64", "linux/riscv64")]
    [InlineData("linux/amd64", "unknown/unknown", null)]
    public void Best_OfAnIndex_IsTheClosestThatRuns(string machine, string offered, string? best) =>
        PlatformMatcher.For(Parse(machine)).Best(offered.Split(' ').Select(Parse))?.ToString().ShouldBe(best);

    [Fact]
    public void Best_NoneAtAll_IsNull() => PlatformMatcher.Host.Best([]).ShouldBeNull();

    [Fact]
    public void Host_ThisMachine_RunsItself() => PlatformMatcher.Host.Runs(PlatformMatcher.Host.Preferred).ShouldBeTrue();

    [Fact]
    public void Choose_WithoutPlatforms_TakesTheFirstAndLeavesTheRestToItsConfig()
    {
        var index = new ImageIndex([Entry("a", null), Entry("b", null)]);
        index.Choose(PlatformMatcher.For(Parse("linux/amd64")))!.Digest.ShouldBe("a");
    }

    [Fact]
    public void Choose_Attestations_AreNeverTaken()
    {
        var index = new ImageIndex([Entry("a", "unknown/unknown"), Entry("b", "linux/amd64")]);
        index.Choose(PlatformMatcher.For(Parse("linux/amd64")))!.Digest.ShouldBe("b");
        index.Choose(PlatformMatcher.For(Parse("linux/arm64"))).ShouldBeNull();
        index.Platforms.ShouldBe(["linux/amd64"]);
    }

    private static Descriptor Entry(string digest, string? platform) =>
        new(MediaTypes.OciManifest, digest, 1) { Platform = platform is null ? null : Parse(platform) };

    private static Platform Parse(string text)
    {
        var parts = text.Split('/');
        return new(parts[0], parts[1], parts.Length > 2 ? parts[2] : "");
    }
}
