using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Images.Formats;
using Warren.Images.Registry;
using Warren.TestSupport;

namespace Warren.Images.Tests.Registry;

/// <summary>A client with settings files of its own, and short pauses.</summary>
internal sealed class RegistryFixture : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("registry");
    private readonly JsonObject _registries = [];
    private RegistryClient? _client;

    public RegistryOptions Options { get; } = new()
    {
        Attempts = 3,
        FirstPause = TimeSpan.FromMilliseconds(1),
        MaxPause = TimeSpan.FromMilliseconds(5),
    };

    public ConcurrentQueue<string> Notes { get; } = new();

    public RegistryFixture Registry(string host, string? insecure = null, string? ca = null, params string[] mirrors)
    {
        var settings = new JsonObject();
        if (insecure is not null) settings["insecure"] = insecure;
        if (ca is not null) settings["ca"] = ca;
        if (mirrors.Length > 0) settings["mirrors"] = new JsonArray([.. mirrors.Select(mirror => JsonValue.Create(mirror))]);
        _registries[host] = settings;
        return this;
    }

    public RegistryFixture Credentials(string host, string user, string password)
    {
        var file = _folder.File("credentials.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new { auths = new Dictionary<string, object> { [host] = new { username = user, password } } }));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return this;
    }

    public string FileOf(string name, string text)
    {
        var file = _folder.File(name);
        File.WriteAllText(file, text);
        return file;
    }

    public void ExposeCredentials() => File.SetUnixFileMode(_folder.File("credentials.json"), (UnixFileMode)0x1A4);

    public RegistrySource Open(string reference, RegistryCredentials? credentials = null) =>
        Client().Open(ImageReferences.Parse(reference), credentials, Notes.Enqueue);

    public RegistryClient Client()
    {
        Options.RegistriesFile = _folder.File("registries.json");
        Options.CredentialsFile = _folder.File("credentials.json");
        File.WriteAllText(Options.RegistriesFile, new JsonObject { ["registries"] = _registries.DeepClone() }.ToJsonString());
        return _client ??= new RegistryClient(Options, TimeProvider.System, NullLogger.Instance, seed: 1);
    }

    public static Descriptor Descriptor(byte[] blob) => new(MediaTypes.OciLayer, Digests.Of(blob), blob.Length);

    public void Dispose()
    {
        _client?.Dispose();
        _folder.Dispose();
    }
}
