using System.Text.Json.Nodes;
using Warren.Images;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Pulls from a real registry that wants tokens of a token service on another host.</summary>
[Collection(ImagesCollection.Name)]
public sealed class TokenPullTests(ImagesFixture fixture)
{
    [Fact]
    public async Task Pull_WithTokens_GetsOneForTheRepositoryAlone()
    {
        using var folder = TempFolder.Create("tokens");
        await using var registry = await PrivateRegistry.StartNewAsync();
        var pushed = await registry.PushAsync("team/web", "1", TestImage.Create("x", [TestLayers.Random(1000, "a"), TestLayers.Random(1000, "b")]));
        await using var tokens = await RegistryTokenServer.StartAsync(folder.File("tls"), registry.User, registry.Password);
        await registry.StartAsync(RegistryAccess.Token, tokens.Settings);
        var options = fixture.Options();
        options.RegistriesFile = folder.File("registries.json");
        // The token service is trusted by the authority of the registry that names it.
        await File.WriteAllTextAsync(folder.File("ca.pem"), await File.ReadAllTextAsync(registry.CaFile) + "\n" + await File.ReadAllTextAsync(tokens.CaFile));
        var registries = new JsonObject { ["registries"] = new JsonObject { [registry.Host] = new JsonObject { ["ca"] = folder.File("ca.pem") } } };
        await File.WriteAllTextAsync(options.RegistriesFile, registries.ToJsonString());
        await using var store = fixture.CreateStore(options);
        var reference = ImageReferences.Parse($"{registry.Host}/team/web:1");

        var refused = await Should.ThrowAsync<ImageException>(
            store.PullAsync(reference, new() { Credentials = new(registry.User, "wrong") }, null, CancellationToken.None));
        refused.Fault.ShouldBe(ImageFault.Unauthorized);
        var before = tokens.Requests.Count;
        var image = await store.PullAsync(reference, new() { Credentials = new(registry.User, registry.Password) }, null, CancellationToken.None);
        image.ChainId.ShouldBe(pushed.Image.ChainId);
        tokens.Requests.Skip(before).ShouldHaveSingleItem().ShouldContain("scope=repository%3Ateam%2Fweb%3Apull");
        await store.RemoveAsync(reference, CancellationToken.None);
    }
}
