using System.Text;
using Warren.Catalogs;
using Warren.Configs;
using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Secrets;

namespace Warren.ControlPlane.Tests.Objects;

/// <summary>The manager of a secret or config dies between two steps. What follows comes by itself: nobody asks the object again.</summary>
public sealed class ObjectKillTests(MortalCluster mortal) : IClassFixture<MortalCluster>
{
    private readonly TestCluster _cluster = mortal.Cluster;

    [Fact]
    public async Task Create_ManagerDiesBeforeItIsStored_IsNotThereAndCanBeMade()
    {
        var death = SiloKill.At(_cluster, "secret/fresh", "write, before");
        await SiloKill.CallAsync(() => SetAsync("fresh", "one"));
        await death;
        await _cluster.WhenAsync(async () => await Secret("fresh").GetAsync() is null, () => "there is none");
        await _cluster.WhenAsync(async () => (await SetAsync("fresh", "one")).Version == 1, () => "it is made");
        (await _cluster.Client.GetGrain<INameCatalogGrain>(INameCatalogGrain.Secrets).ListAsync()).Count(name => name == "fresh").ShouldBe(1);
    }

    [Fact]
    public async Task NewVersion_ManagerDiesBeforeUsersHear_TheyGetIt()
    {
        await SetAsync("changed", "one");
        var spec = A.Service("user") with { Secrets = [new() { Secret = new("changed"), OnChange = ReferencePolicy.Rollout }] };
        await _cluster.Service("user").ApplyAsync(spec);
        await ServiceLifeTests.RunAsync(_cluster, 1, "user");
        var death = SiloKill.At(_cluster, "secret/changed", "write, after");
        await SiloKill.CallAsync(() => SetAsync("changed", "two"));
        await death;
        await mortal.UntilAsync("user", nodes => nodes.SelectMany(tasks => tasks).ToArray() is [{ Generation: 2 }], "its task is replaced");
        var template = _cluster.Agents.SelectMany(agent => agent.Templates).First(template => template.Key == ("user", 2)).Value;
        Encoding.UTF8.GetString(template.Files.Single().Content.Span).ShouldBe("two");
    }

    [Fact]
    public async Task ForcedRemoval_ManagerDiesBeforeUsersHear_AllOfItGoes()
    {
        await _cluster.Client.GetGrain<IConfigGrain>("forced").ApplyAsync(new() { Name = new("forced"), Content = "a"u8.ToArray() });
        await _cluster.Service("doomed").ApplyAsync(A.Service("doomed", replicas: 2) with { Configs = [new() { Config = new("forced") }] });
        await ServiceLifeTests.RunAsync(_cluster, 2, "doomed");
        var death = SiloKill.At(_cluster, "config/forced", "write, after");
        await SiloKill.CallAsync(() => _cluster.Client.GetGrain<IConfigGrain>("forced").RemoveAsync(force: true));
        await death;
        await mortal.UntilAsync("doomed", nodes => nodes.All(tasks => tasks.Count == 0), "its user runs no more");
        await _cluster.WhenAsync(() => Task.FromResult(!_cluster.Store.Rows.ContainsKey("config/forced/config")), () => "it is gone");
        (await _cluster.Client.GetGrain<INameCatalogGrain>(INameCatalogGrain.Configs).ListAsync()).ShouldNotContain("forced");
        (await _cluster.Service("doomed").GetAsync()).ShouldBeNull();
    }

    private ISecretGrain Secret(string name) => _cluster.Client.GetGrain<ISecretGrain>(name);

    private Task<SecretRecord> SetAsync(string name, string value) => Secret(name).ApplyAsync(new() { Name = new(name), Value = Encoding.UTF8.GetBytes(value) });
}
