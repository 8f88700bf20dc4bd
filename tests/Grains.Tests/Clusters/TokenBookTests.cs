using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Nodes;

namespace Warren.Grains.Tests.Clusters;

public sealed class TokenBookTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly JoinTokenSpec s_spec = new() { Role = NodeRole.Worker };
    private static readonly JoinToken s_token = JoinToken.Create(new string('a', 64));
    private static readonly ClusterState s_state = TokenBook.Add(new(), s_token, s_spec, s_now);

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, "expired on 2026-03-02 00:00:00Z")]
    public void Join_AtTheEndOfItsLife_IsRefusedFromThenOn(int secondsAfter, string? refusal)
    {
        var (_, why) = TokenBook.Join(s_state, s_token, new("n1"), NodeRole.Worker, "key", s_now.AddDays(1).AddSeconds(secondsAfter));
        if (refusal is null) why.ShouldBeNull();
        else why.ShouldNotBeNull().ShouldContain(refusal);
    }

    [Fact]
    public void Join_TokenThatNeverExpires_IsGoodAfterYears()
    {
        var state = TokenBook.Add(new(), s_token, s_spec with { Lifetime = null }, s_now);
        TokenBook.Join(state, s_token, new("n1"), NodeRole.Worker, "key", s_now.AddYears(9)).Refusal.ShouldBeNull();
    }

    [Fact]
    public void Join_UpToItsUses_CountsNodesAndNotAttempts()
    {
        var state = TokenBook.Add(new(), s_token, s_spec with { MaxUses = 2 }, s_now);
        foreach (var node in new[] { "n1", "n1", "n2", "n1", "n2" })
        {
            (state, var why) = TokenBook.Join(state, s_token, new(node), NodeRole.Worker, "key of " + node, s_now);
            why.ShouldBeNull();
        }

        state.Tokens[0].Record.Uses.ShouldBe(2);
        var (after, refusal) = TokenBook.Join(state, s_token, new("n3"), NodeRole.Worker, "key of n3", s_now);
        refusal.ShouldNotBeNull().ShouldContain("was good for 2 nodes");
        after.ShouldBeSameAs(state);
    }

    [Fact]
    public void Join_KnownNode_KeepsItsKeyAndItsRole()
    {
        var (state, _) = TokenBook.Join(s_state, s_token, new("n1"), NodeRole.Worker, "key", s_now);
        TokenBook.Join(state, s_token, new("n1"), NodeRole.Worker, "other", s_now).Refusal.ShouldNotBeNull().ShouldContain("another key");
        var manager = JoinToken.Create(s_token.Authority);
        state = TokenBook.Add(state, manager, new() { Role = NodeRole.Manager }, s_now);
        TokenBook.Join(state, manager, new("n1"), NodeRole.Manager, "key", s_now).Refusal.ShouldNotBeNull().ShouldContain("has joined as a worker");
    }

    /// <summary>Whoever has its key hears it, also by a token of long ago; whoever has not hears nothing of it.</summary>
    [Fact]
    public void Join_NodeThatWasRemoved_IsToldSoByAnyToken()
    {
        var (state, _) = TokenBook.Join(s_state, s_token, new("n1"), NodeRole.Worker, "key", s_now);
        state = state with { Nodes = state.Nodes.SetItem(new("n1"), state.Nodes[new("n1")] with { RemovedAt = s_now }) };
        var unknown = JoinToken.Create(s_token.Authority);
        foreach (var token in new[] { s_token, unknown })
        {
            var (after, refusal) = TokenBook.Join(state, token, new("n1"), NodeRole.Worker, "key", s_now.AddYears(1));
            refusal.ShouldNotBeNull().ShouldContain("the node n1 was removed from the cluster on 2026-03-01");
            after.ShouldBeSameAs(state);
        }

        TokenBook.IsRemoved(state, new("n1"), "key").ShouldBeTrue();
        TokenBook.IsRemoved(state, new("n1"), "other").ShouldBeFalse();
        TokenBook.Join(state, unknown, new("n1"), NodeRole.Worker, "other", s_now).Refusal.ShouldNotBeNull().ShouldContain("knows no such join token");
    }

    [Fact]
    public void Join_AsWhatTheTokenIsNotFor_IsRefusedAndUsesNothingUp()
    {
        var (state, refusal) = TokenBook.Join(s_state, s_token, new("n1"), NodeRole.Manager, "key", s_now);
        refusal.ShouldNotBeNull().ShouldContain("is for a worker, and n1 is to be a manager");
        state.ShouldBeSameAs(s_state);
    }

    [Fact]
    public void Renew_IsForTheKeyAndRoleThatJoinedAndForTheManagerThatMadeTheCluster()
    {
        var (state, _) = TokenBook.Join(s_state, s_token, new("n1"), NodeRole.Worker, "key", s_now);
        TokenBook.Renew(state, new("n1"), NodeRole.Worker, "key", s_now).ShouldBe((state, null));
        TokenBook.Renew(state, new("n1"), NodeRole.Worker, "other", s_now).Refusal.ShouldNotBeNull().ShouldContain("has joined with another key");
        TokenBook.Renew(state, new("n1"), NodeRole.Manager, "key", s_now).Refusal.ShouldNotBeNull().ShouldContain("has joined as a worker");
        TokenBook.Renew(state, new("n2"), NodeRole.Worker, "key", s_now).Refusal.ShouldNotBeNull().ShouldContain("has not joined");
        var (founded, refusal) = TokenBook.Renew(state, new("m1"), NodeRole.Manager, "key of m1", s_now);
        refusal.ShouldBeNull();
        TokenBook.Renew(founded, new("m1"), NodeRole.Manager, "other", s_now).Refusal.ShouldNotBeNull().ShouldContain("has joined with another key");
    }

    [Fact]
    public void Revoke_IsAtOnceAndOnce()
    {
        var state = TokenBook.Revoke(s_state, s_token.Id, s_now).ShouldNotBeNull();
        TokenBook.Join(state, s_token, new("n1"), NodeRole.Worker, "key", s_now).Refusal.ShouldNotBeNull().ShouldContain("was revoked on 2026-03-01 00:00:00Z");
        TokenBook.Revoke(state, s_token.Id, s_now.AddDays(1)).ShouldBeSameAs(state);
        TokenBook.Revoke(state, "none", s_now).ShouldBeNull();
    }

    [Fact]
    public void Add_ForgetsWhatIsLongOfNoUse()
    {
        var second = JoinToken.Create(s_token.Authority);
        TokenBook.Add(s_state, second, s_spec, s_now.AddDays(30)).Tokens.Length.ShouldBe(2);
        TokenBook.Add(s_state, second, s_spec, s_now.AddDays(32)).Tokens.ShouldHaveSingleItem().Record.Id.ShouldBe(second.Id);
    }

    [Fact]
    public void Validate_EverythingWrong_NamesAll() =>
        TokenBook.Validate(new() { Role = (NodeRole)7, Lifetime = TimeSpan.Zero, MaxUses = 0 }).Select(problem => problem.Path).ShouldBe(["role", "lifetime", "maxUses"]);

    [Fact]
    public void Token_AsText_IsReadAgainAndShowsItsSecretOnlyThere()
    {
        JoinToken.Parse(s_token.ToText()).ShouldBe(s_token);
        s_token.ToString().ShouldNotContain(s_token.Secret);
        s_token.Secret.Length.ShouldBe(32);
        s_state.Tokens[0].Hash.ShouldNotContain(s_token.Secret);
    }

    [Theory]
    [InlineData("")]
    [InlineData("warren1.aa.bb.cc")]
    [InlineData("swmtkn-1-x-y")]
    public void Token_OfAnotherForm_IsNone(string text) => JoinToken.TryParse(text, null, out _).ShouldBeFalse();
}
