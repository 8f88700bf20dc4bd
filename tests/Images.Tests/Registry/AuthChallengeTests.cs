using Warren.Images.Registry;

namespace Warren.Images.Tests.Registry;

public sealed class AuthChallengeTests
{
    [Fact]
    public void Parse_Bearer_GivesItsParameters()
    {
        var challenge = AuthChallenge.Parse(
            """Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push" """).ShouldHaveSingleItem();
        challenge.Scheme.ShouldBe("bearer");
        challenge["realm"].ShouldBe("https://auth.example/token");
        challenge["service"].ShouldBe("registry.example");
        challenge["scope"].ShouldBe("repository:a/b:pull,push");
        challenge["error"].ShouldBeNull();
    }

    [Fact]
    public void Parse_SeveralInOneHeader_GivesEach()
    {
        var challenges = AuthChallenge.Parse("""Negotiate, Basic realm="one, two", BEARER Realm=https://auth.example/token , service = x""");
        challenges.Select(challenge => challenge.Scheme).ShouldBe(["negotiate", "basic", "bearer"]);
        challenges[1]["realm"].ShouldBe("one, two");
        challenges[2]["realm"].ShouldBe("https://auth.example/token");
        challenges[2]["service"].ShouldBe("x");
    }

    [Fact]
    public void Parse_EscapedQuotes_AreUnescaped() =>
        AuthChallenge.Parse("""Basic realm="a \"b\" \\ c" """).Single()["realm"].ShouldBe("""a "b" \ c""");

    [Fact]
    public void Parse_RepeatedParameter_KeepsTheFirst() =>
        AuthChallenge.Parse("""Bearer realm="https://a",realm="https://b" """).Single()["realm"].ShouldBe("https://a");

    [Theory]
    [InlineData("", 0)]
    [InlineData(" , ,", 0)]
    [InlineData("Bearer realm=\"never ends", 1)]
    [InlineData("Bearer realm=\"x\" garbage", 1)]
    [InlineData("=", 0)]
    [InlineData("\u0001\u0002", 0)]
    public void Parse_Garbage_EndsTheListAndDoesNotThrow(string header, int count) => AuthChallenge.Parse(header).Length.ShouldBe(count);

    [Fact]
    public void Parse_HugeHeader_IsNotRead() => AuthChallenge.Parse("Bearer realm=\"" + new string('a', 100_000) + "\"").ShouldBeEmpty();
}
