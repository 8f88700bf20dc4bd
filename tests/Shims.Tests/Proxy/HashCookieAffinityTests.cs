using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Warren.Shims.Tests.Proxy;

/// <summary>YARP with the session affinity that needs XxHash64, before two real servers.</summary>
public sealed class HashCookieAffinityTests : IAsyncLifetime
{
    private const string CookieName = "warren-affinity";

    // XXH64 of the destination's id in upper case, in UTF-16, as YARP makes it. From the reference implementation.
    private static readonly Dictionary<string, string> Cookies = new() { ["red"] = "5dfaad4688974628", ["blue"] = "c54f95486e6c7fef" };

    private readonly List<Backend> _servers = [];
    private Uri _proxy = null!;

    public async Task InitializeAsync()
    {
        var destinations = new Dictionary<string, DestinationConfig>();
        foreach (var name in Cookies.Keys)
        {
            var backend = await Backend.StartAnsweringAsync(name);
            _servers.Add(backend);
            destinations[name] = new DestinationConfig { Address = backend.Address };
        }

        var route = new RouteConfig { RouteId = "all", ClusterId = "web", Match = new RouteMatch { Path = "{**path}" } };
        var cluster = new ClusterConfig
        {
            ClusterId = "web",
            LoadBalancingPolicy = "RoundRobin",
            Destinations = destinations,
            SessionAffinity = new SessionAffinityConfig
            {
                Enabled = true,
                Policy = "HashCookie",
                FailurePolicy = "Redistribute",
                AffinityKeyName = CookieName,
            },
        };
        var proxy = await Backend.StartAsync(
            services => services.AddReverseProxy().LoadFromMemory([route], [cluster]),
            application => application.MapReverseProxy());
        _servers.Add(proxy);
        _proxy = new Uri(proxy.Address);
    }

    public async Task DisposeAsync()
    {
        foreach (var server in Enumerable.Reverse(_servers))
            await server.DisposeAsync();
    }

    [Fact]
    public async Task Request_WithoutCookie_GoesRoundAndGetsTheHashOfItsServer()
    {
        using var http = Client(out var jar);
        var answers = new List<string>();
        for (var request = 0; request < 4; request++)
        {
            foreach (Cookie cookie in jar.GetAllCookies())
                cookie.Expired = true;
            var answer = await http.GetStringAsync(_proxy);
            answers.Add(answer);
            jar.GetCookies(_proxy)[CookieName]!.Value.ShouldBe(Cookies[answer]);
        }

        answers.Count(answer => answer == "red").ShouldBe(2);
        answers.Count(answer => answer == "blue").ShouldBe(2);
    }

    [Fact]
    public async Task Request_WithCookie_StaysOnItsServer()
    {
        using var http = Client(out _);
        var first = await http.GetStringAsync(_proxy);

        for (var request = 0; request < 10; request++)
            (await http.GetStringAsync(_proxy)).ShouldBe(first);
    }

    [Theory]
    [InlineData("red")]
    [InlineData("blue")]
    public async Task Request_CookieFromElsewhere_ReachesTheServerItNames(string name)
    {
        for (var request = 0; request < 3; request++)
        {
            using var http = Client(out var jar);
            jar.Add(_proxy, new Cookie(CookieName, Cookies[name]));

            (await http.GetStringAsync(_proxy)).ShouldBe(name);
        }
    }

    [Fact]
    public async Task Request_CookieOfNoServer_GetsAnotherServerAndItsCookie()
    {
        using var http = Client(out var jar);
        jar.Add(_proxy, new Cookie(CookieName, "0123456789abcdef"));

        var answer = await http.GetStringAsync(_proxy);

        jar.GetCookies(_proxy)[CookieName]!.Value.ShouldBe(Cookies[answer]);
    }

    private static HttpClient Client(out CookieContainer jar)
    {
        jar = new CookieContainer();
        return new HttpClient(new SocketsHttpHandler { CookieContainer = jar });
    }
}
