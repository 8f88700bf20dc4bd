using Warren.Access;
using Warren.Grains.Access;

namespace Warren.Grains.Tests.Access;

public sealed class ApiTokenBookTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ApiToken s_token = ApiToken.Create();

    [Fact]
    public void Check_TokenOfTheBook_IsGoodUntilItsEnd()
    {
        var state = Add(new(), s_token, TimeSpan.FromDays(1));
        ApiTokenBook.Check(state, s_token.Id, s_token.Hash(), s_now).Token!.Spec.Name.ShouldBe("ci");
        ApiTokenBook.Check(state, s_token.Id, s_token.Hash(), s_now.AddDays(1).AddTicks(-1)).Token.ShouldNotBeNull();
        var ended = ApiTokenBook.Check(state, s_token.Id, s_token.Hash(), s_now.AddDays(1));
        (ended.Token, ended.Refusal).ShouldBe((null, $"the API token {s_token.Id} expired on 2026-03-02 12:00:00Z; ask for another one"));
    }

    [Fact]
    public void Check_TokenWithoutEnd_IsGoodForGood() =>
        ApiTokenBook.Check(Add(new(), s_token, null), s_token.Id, s_token.Hash(), s_now.AddYears(30)).Token.ShouldNotBeNull();

    [Fact]
    public void Check_WrongSecretOrUnknownId_SaysTheSame()
    {
        var state = Add(new(), s_token, null);
        var wrong = ApiTokenBook.Check(state, s_token.Id, ApiToken.Create().Hash(), s_now);
        wrong.Token.ShouldBeNull();
        ApiTokenBook.Check(state, "zzzzzzzz", s_token.Hash(), s_now).ShouldBe(wrong);
    }

    [Fact]
    public void Revoke_Token_RefusesItFromThenOn()
    {
        var revoked = ApiTokenBook.Revoke(Add(new(), s_token, null), s_token.Id, s_now)!;
        ApiTokenBook.Check(revoked, s_token.Id, s_token.Hash(), s_now).Refusal.ShouldContain("was revoked on 2026-03-01 12:00:00Z");
        ApiTokenBook.Revoke(revoked, s_token.Id, s_now.AddHours(1)).ShouldBeSameAs(revoked);
        ApiTokenBook.Revoke(revoked, "zzzzzzzz", s_now).ShouldBeNull();
    }

    [Fact]
    public void Add_Later_ForgetsWhatIsLongOfNoUse()
    {
        var (ended, revoked) = (ApiToken.Create(), ApiToken.Create());
        var state = ApiTokenBook.Revoke(Add(Add(new(), ended, TimeSpan.FromDays(1)), revoked, null), revoked.Id, s_now)!;
        Ids(ApiTokenBook.Add(state, s_token, Spec(null), s_now.AddDays(30))).ShouldBe([ended.Id, revoked.Id, s_token.Id]);
        Ids(ApiTokenBook.Add(state, s_token, Spec(null), s_now.AddDays(31).AddTicks(1))).ShouldBe([s_token.Id]);
    }

    [Fact]
    public void Add_MoreThanAreKept_IsRefused()
    {
        var state = new ApiTokenState { Tokens = [.. Enumerable.Range(0, ApiTokenBook.Most).Select(_ => Add(new(), ApiToken.Create(), null).Tokens[0])] };
        Should.Throw<ValidationException>(() => Add(state, s_token, null)).Message.ShouldContain("there are 1000 API tokens, and 1000 are the most");
    }

    [Theory]
    [InlineData("ci", 1, true)]
    [InlineData("a-9", 1, true)]
    [InlineData("", 1, false)]
    [InlineData("-a", 1, false)]
    [InlineData("A", 1, false)]
    [InlineData("a b", 1, false)]
    [InlineData("ci", 0, false)]
    [InlineData("ci", 3651, false)]
    public void Validate_Spec_FollowsTheRules(string name, int days, bool isGood) =>
        ApiTokenBook.Validate(new() { Name = name, Role = ApiRole.Viewer, Lifetime = TimeSpan.FromDays(days) }).IsEmpty.ShouldBe(isGood);

    [Fact]
    public void Token_AsText_IsReadBackAndShowsNoSecretOtherwise()
    {
        ApiToken.Parse(s_token.ToText()).ShouldBe(s_token);
        s_token.ToString().ShouldNotContain(s_token.Secret);
        ApiToken.TryParse(s_token.ToText() + "x", null, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => ApiToken.Parse("secret-text")).Message.ShouldNotContain("secret-text");
    }

    private static ApiTokenSpec Spec(TimeSpan? lifetime) => new() { Name = "ci", Role = ApiRole.Operator, Lifetime = lifetime };

    private static ApiTokenState Add(ApiTokenState state, ApiToken token, TimeSpan? lifetime) => ApiTokenBook.Add(state, token, Spec(lifetime), s_now);

    private static IEnumerable<string> Ids(ApiTokenState state) => state.Tokens.Select(token => token.Record.Id);
}
