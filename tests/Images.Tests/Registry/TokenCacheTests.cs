using Warren.Images.Registry;

namespace Warren.Images.Tests.Registry;

public sealed class TokenCacheTests
{
    private readonly SteppedTime _time = new();
    private readonly TokenCache _cache;

    public TokenCacheTests() => _cache = new TokenCache(_time);

    [Fact]
    public void Find_OtherCredentials_GivesNothing()
    {
        _cache.Add(Request("a", new("ann", "1")), "token", TimeSpan.FromMinutes(5));
        _cache.Find(Request("a", new("ann", "1"))).ShouldBe("token");
        _cache.Find(Request("a", new("ann", "2"))).ShouldBeNull();
        _cache.Find(Request("a", null)).ShouldBeNull();
        _cache.Find(Request("b", new("ann", "1"))).ShouldBeNull();
    }

    [Fact]
    public void Find_ShortlyBeforeTheExpiry_GivesNothing()
    {
        _cache.Add(Request("a", null), "token", TimeSpan.FromSeconds(60));
        _time.Advance(TimeSpan.FromSeconds(54));
        _cache.Find(Request("a", null)).ShouldBe("token");
        _time.Advance(TimeSpan.FromSeconds(2));
        _cache.Find(Request("a", null)).ShouldBeNull();
    }

    [Fact]
    public void Remove_AnOlderToken_LeavesTheNew()
    {
        _cache.Add(Request("a", null), "new", TimeSpan.FromMinutes(5));
        _cache.Remove(Request("a", null), "old");
        _cache.Find(Request("a", null)).ShouldBe("new");
        _cache.Remove(Request("a", null), "new");
        _cache.Find(Request("a", null)).ShouldBeNull();
    }

    [Fact]
    public void Add_BeyondTheCapacity_DropsTheFirstToExpire()
    {
        for (var i = 0; i < 257; i++) _cache.Add(Request($"{i}", null), "token", TimeSpan.FromMinutes(i == 100 ? 1 : 5));
        _cache.Find(Request("100", null)).ShouldBeNull();
        _cache.Find(Request("0", null)).ShouldBe("token");
        _cache.Find(Request("256", null)).ShouldBe("token");
    }

    private static TokenRequest Request(string scope, RegistryCredentials? credentials) =>
        new(new Uri("https://auth.example/token"), "registry", scope, credentials);
}
