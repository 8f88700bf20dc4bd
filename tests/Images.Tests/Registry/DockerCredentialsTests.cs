using System.Text;
using Warren.Images.Registry;

namespace Warren.Images.Tests.Registry;

public sealed class DockerCredentialsTests
{
    private static readonly string s_packed = Convert.ToBase64String("ann:se:cret"u8);

    [Theory]
    [InlineData("registry.example:5000", "registry.example:5000")]
    [InlineData("https://registry.example", "registry.example")]
    [InlineData("https://registry.example/v1/", "registry.example")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("docker.io", "docker.io")]
    public void For_AnySpellingOfTheRegistry_IsFound(string entry, string registry) =>
        Parse($$"""{ "auths": { "{{entry}}": { "auth": "{{s_packed}}" } } }""").For(registry, "team/web")
            .ShouldBe(new RegistryCredentials("ann", "se:cret"));

    [Fact]
    public void For_OtherRegistry_IsNull() =>
        Parse($$"""{ "auths": { "a.example": { "auth": "{{s_packed}}" } } }""").For("b.example", "web").ShouldBeNull();

    [Fact]
    public void For_SeveralScopes_TakesTheLongest()
    {
        var credentials = Parse(
            """{ "auths": { "r": { "username": "all", "password": "1" }, "r/team": { "username": "team", "password": "2" }, "r/team/web": { "username": "web", "password": "3" } } }""");
        credentials.For("r", "other/web")!.Username.ShouldBe("all");
        credentials.For("r", "team/api")!.Username.ShouldBe("team");
        credentials.For("r", "team/web")!.Username.ShouldBe("web");
        credentials.For("r", "teammate/web")!.Username.ShouldBe("all");
    }

    [Fact]
    public void For_IdentityToken_IsMarked() =>
        Parse("""{ "auths": { "r": { "auth": "PHRva2VuPjo=", "identitytoken": "abc" } } }""").For("r", "web")
            .ShouldBe(new RegistryCredentials("<token>", "abc", IsIdentityToken: true));

    [Fact]
    public void Parse_Problems_AreAllReportedWithoutSecrets()
    {
        var problems = Should.Throw<FormatException>(() => Parse(
            """{ "credsStore": "desktop", "auths": { "a": { "auth": "hunter2!" }, "b": {} } }""")).Message;
        problems.ShouldContain("credsStore");
        problems.ShouldContain("auths[a].auth: must be 'user:password' in base64");
        problems.ShouldContain("auths[b]: must have");
        problems.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite, true)]
    public void IsExposed_ForOthersThanTheOwner_IsTrue(UnixFileMode mode, bool isExposed) => DockerCredentials.IsExposed(mode).ShouldBe(isExposed);

    private static DockerCredentials Parse(string json) => DockerCredentials.Parse(Encoding.UTF8.GetBytes(json));
}
