using System.Text;
using Microsoft.AspNetCore.Http;
using Warren.Containers;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Images.Tests.Registry;

/// <summary>What references mean, found out without getting images.</summary>
public sealed class ImageFinderTests : IAsyncLifetime
{
    private readonly RegistryFixture _fixture = new();
    private readonly Dictionary<string, (string Type, byte[] Bytes)> _manifests = [];
    private readonly Dictionary<string, byte[]> _blobs = [];
    private ScriptedRegistry _registry = null!;
    private ImageFinder _finder = null!;

    private IEnumerable<string> Requests => _registry.Requests.Select(request => $"{request.Method} {request.Path.ToString()["/v2/team/web/".Length..]}");

    public async Task InitializeAsync()
    {
        _registry = await ScriptedRegistry.StartAsync();
        _registry.Answer = AnswerAsync;
        _fixture.Registry(_registry.Host, insecure: "plain-http");
        _finder = new(_fixture.Client());
    }

    [Fact]
    public async Task Find_Index_GivesItsDigestAndPlatforms()
    {
        var digest = Push("1", Index("linux/amd64", "linux/arm64/v8", "linux/arm/v7", "linux/amd64/v3", "unknown/unknown"));
        var found = await FindAsync(":1");
        found.Digest.ShouldBe(digest);
        found.Platforms.Select(platform => platform.ToString()).ShouldBe(["linux/amd64", "linux/arm64", "linux/arm/v7"]);
        Requests.ShouldBe(["HEAD manifests/1", $"GET manifests/{digest}"]);

        // What a digest stands for never changes: the tag is all that is asked for again.
        (await FindAsync(":1")).ShouldBe(found);
        Requests.Skip(2).ShouldBe(["HEAD manifests/1"]);
        (await FindAsync("@" + digest)).ShouldBe(found);
        Requests.Count().ShouldBe(3);
    }

    [Fact]
    public async Task Find_TagHasMoved_GivesTheNewDigest()
    {
        var before = Push("1", Index("linux/amd64"));
        (await FindAsync(":1")).Digest.ShouldBe(before);
        var after = Push("1", Index("linux/arm64"));
        var found = await FindAsync(":1");
        found.Digest.ShouldBe(after);
        found.Platforms.Single().ToString().ShouldBe("linux/arm64");
    }

    [Fact]
    public async Task Find_NoIndex_TakesThePlatformFromTheConfig()
    {
        var digest = Push("1", Manifest("""{"os":"linux","architecture":"arm","variant":"v6","rootfs":{"type":"layers","diff_ids":[]}}""", out var config));
        var found = await FindAsync(":1");
        found.Digest.ShouldBe(digest);
        found.Platforms.Single().ToString().ShouldBe("linux/arm/v6");
        Requests.ShouldBe(["HEAD manifests/1", $"GET manifests/{digest}", $"GET blobs/{config}"]);
    }

    [Fact]
    public async Task Find_PlatformIsNotTold_GivesNone()
    {
        Push("1", Manifest("""{"rootfs":{"type":"layers","diff_ids":[]}}""", out _));
        (await FindAsync(":1")).Platforms.ShouldBeEmpty();
        var index = Encoding.UTF8.GetString(Index("linux/amd64").Bytes).Replace("\"platform\"", "\"other\"", StringComparison.Ordinal);
        Push("2", (MediaTypes.OciIndex, Encoding.UTF8.GetBytes(index)));
        (await FindAsync(":2")).Platforms.ShouldBeEmpty();
    }

    [Fact]
    public async Task Find_RegistryRefusesHead_IsAskedByGet()
    {
        var digest = Push("1", Index("linux/amd64"));
        _registry.Answer = context => context.Request.Method == "HEAD" ? ScriptedRegistry.SendAsync(context, [], status: 405) : AnswerAsync(context);
        (await FindAsync(":1")).Digest.ShouldBe(digest);
        Requests.ShouldBe(["HEAD manifests/1", "GET manifests/1"]);
    }

    [Fact]
    public async Task Find_NoSuchTag_SaysSo()
    {
        var failure = await Should.ThrowAsync<ImageException>(() => FindAsync(":none"));
        failure.Fault.ShouldBe(ImageFault.NotFound);
        failure.Message.ShouldBe($"{_registry.Host}/team/web:none was not resolved: {_registry.Host} answered 404 for the manifest 'none' of team/web.");
    }

    [Fact]
    public async Task Find_ConfigIsNotTheOneOfTheManifest_IsRefused()
    {
        Push("1", Manifest("""{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}""", out var config));
        _blobs[config][8] = (byte)'x';
        (await Should.ThrowAsync<ImageException>(() => FindAsync(":1"))).Fault.ShouldBe(ImageFault.DigestMismatch);
    }

    public async Task DisposeAsync()
    {
        _fixture.Dispose();
        await _registry.DisposeAsync();
    }

    private static (string Type, byte[] Bytes) Index(params string[] platforms)
    {
        var entries = platforms.Select(text => text.Split('/')).Select((parts, i) =>
        {
            var variant = parts.Length > 2 ? $",\"variant\":\"{parts[2]}\"" : "";
            return $$$"""
                {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Digests.Of([(byte)i])}}}","size":1,
                 "platform":{"os":"{{{parts[0]}}}","architecture":"{{{parts[1]}}}"{{{variant}}}}}
                """;
        });
        return (MediaTypes.OciIndex, Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', entries)}}]}"""));
    }

    private (string Type, byte[] Bytes) Manifest(string config, out string configDigest)
    {
        var bytes = Encoding.UTF8.GetBytes(config);
        configDigest = Digests.Of(bytes);
        _blobs[configDigest] = bytes;
        return (MediaTypes.OciManifest, Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"mediaType":"{{{MediaTypes.OciConfig}}}","digest":"{{{configDigest}}}","size":{{{bytes.Length}}}},"layers":[]}"""));
    }

    private string Push(string tag, (string Type, byte[] Bytes) manifest)
    {
        var digest = Digests.Of(manifest.Bytes);
        _manifests[tag] = _manifests[digest] = manifest;
        return digest;
    }

    private Task<FoundImage> FindAsync(string end) => _finder.FindAsync(ImageReference.Parse($"{_registry.Host}/team/web{end}"), CancellationToken.None);

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (path.Contains("/blobs/", StringComparison.Ordinal)) return ScriptedRegistry.SendAsync(context, _blobs[name]);
        if (!_manifests.TryGetValue(name, out var manifest)) return ScriptedRegistry.SendAsync(context, [], status: 404);
        context.Response.Headers["Docker-Content-Digest"] = Digests.Of(manifest.Bytes);
        if (context.Request.Method != "HEAD") return ScriptedRegistry.SendAsync(context, manifest.Bytes, manifest.Type);
        context.Response.ContentType = manifest.Type;
        return Task.CompletedTask;
    }
}
