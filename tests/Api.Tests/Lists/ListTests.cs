using Warren.Silo.Api.Lists;

namespace Warren.Api.Tests.Lists;

public sealed class ListTests
{
    private static readonly string[] s_names = ["a", "b", "c", "d", "e"];

    [Theory]
    [InlineData("", true)]
    [InlineData("zone", true)]
    [InlineData("!zone", false)]
    [InlineData("other", false)]
    [InlineData("!other", true)]
    [InlineData("zone=eu", true)]
    [InlineData("zone==eu", true)]
    [InlineData("zone=us", false)]
    [InlineData("zone!=us", true)]
    [InlineData("zone!=eu", false)]
    [InlineData("other!=x", true)]
    [InlineData("zone=eu, tier=gold", true)]
    [InlineData("zone=eu,tier=silver", false)]
    public void Selector_Labels_AreMetOrNot(string selector, bool isMet) =>
        LabelSelector.Parse(selector).Matches(new Dictionary<string, string> { ["zone"] = "eu", ["tier"] = "gold" }).ShouldBe(isMet);

    [Theory]
    [InlineData("=x")]
    [InlineData("a,,b")]
    [InlineData("!a=b")]
    public void Selector_NoSelector_IsRefused(string selector) =>
        Should.Throw<ValidationException>(() => LabelSelector.Parse(selector)).Problems.ShouldHaveSingleItem().Path.ShouldBe("labelSelector");

    [Fact]
    public async Task Pager_SeveralPages_HaveEachWantedNameOnce()
    {
        var (first, token) = await FillAsync(new(2, ""));
        first.ShouldBe(["A", "C"]);
        token.ShouldBe("c");
        (first, token) = await FillAsync(new(2, token));
        first.ShouldBe(["E"]);
        token.ShouldBe("");
    }

    [Fact]
    public async Task Pager_TokenOfANameThatIsGone_GoesOnAfterIt() => (await FillAsync(new(10, "bb"))).Items.ShouldBe(["C", "E"]);

    [Fact]
    public void Page_SizeOutOfBounds_IsRefused()
    {
        PageRequest.Of(null).ShouldBe(new(100, ""));
        PageRequest.Of(new() { Size = 7, Token = "x" }).ShouldBe(new(7, "x"));
        Should.Throw<ValidationException>(() => PageRequest.Of(new() { Size = 1_001 })).Problems.ShouldHaveSingleItem().Path.ShouldBe("page.size");
    }

    // b is not there any more, d is not wanted.
    private static Task<(List<string> Items, string NextToken)> FillAsync(PageRequest page) =>
        Pager.FillAsync(s_names, page, name => Task.FromResult(name == "b" ? null : name.ToUpperInvariant()), name => name != "D");
}
