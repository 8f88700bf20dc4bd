using System.Text;
using Warren.Images.Formats;

namespace Warren.Images.Tests.Formats;

public sealed class ConfigDocumentTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public void Parse_Full_IsRead()
    {
        var config = Parse(
            $$"""
            {
              "os": "linux", "architecture": "arm64", "variant": "v8",
              "rootfs": { "type": "layers", "diff_ids": ["{{Digest}}"] },
              "config": {
                "Entrypoint": ["/bin/web"], "Cmd": ["--fast", ""], "Env": ["B=2", "A=1"], "User": "web:staff", "WorkingDir": "/srv",
                "StopSignal": "SIGQUIT", "Volumes": { "/data": {} }, "ExposedPorts": { "80/tcp": {} }, "Labels": { "b": "2", "a": "1" }
              }
            }
            """);
        config.Platform!.ToString().ShouldBe("linux/arm64/v8");
        config.DiffIds.ShouldBe([Digest]);
        config.Run.Entrypoint.ShouldBe(["/bin/web"]);
        config.Run.Cmd.ShouldBe(["--fast", ""]);
        config.Run.Env.ShouldBe(["B=2", "A=1"]);
        config.Run.User.ShouldBe("web:staff");
        config.Run.WorkingDirectory.ShouldBe("/srv");
        config.Run.StopSignal.ShouldBe("SIGQUIT");
        config.Run.Volumes.ShouldBe(["/data"]);
        config.Run.ExposedPorts.ShouldBe(["80/tcp"]);
        config.Run.Labels["a"].ShouldBe("1");
    }

    [Fact]
    public void Parse_NullsAndGaps_AreEmpty()
    {
        var config = Parse($$"""{ "rootfs": { "diff_ids": ["{{Digest}}"] }, "config": { "Entrypoint": null, "Volumes": null, "Labels": null } }""");
        config.Platform.ShouldBeNull();
        config.Run.Entrypoint.ShouldBeEmpty();
        config.Run.Volumes.ShouldBeEmpty();
        config.Run.User.ShouldBe("");
    }

    [Theory]
    [InlineData("""{ }""", "rootfs is missing")]
    [InlineData("""{ "rootfs": { "diff_ids": ["md5:1"] } }""", "'md5:1'")]
    [InlineData("""{ "rootfs": { "diff_ids": [] }, "config": { "Env": "A=1" } }""", "Env is a String")]
    [InlineData("""{ "rootfs": { "diff_ids": [] }, "config": { "Cmd": [1] } }""", "Cmd holds what is no text")]
    [InlineData("""not json""", "no JSON")]
    public void Parse_Broken_IsMalformedAndSaysWhy(string json, string reason)
    {
        var failure = Should.Throw<ImageException>(() => Parse(json));
        failure.Fault.ShouldBe(ImageFault.Malformed);
        failure.Message.ShouldContain(reason);
    }

    private static ConfigDocument Parse(string json) => ConfigDocument.Parse(Encoding.UTF8.GetBytes(json), "example/web");
}
