using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Containers;

/// <summary>
/// Debian's <c>docker-registry</c> on a port of this machine, with TLS and storage in a temporary folder. It ends with this process, however that ends.
/// </summary>
public sealed partial class PrivateRegistry : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(1);

    // Waits for the end of its input, which the end of this process brings. A registry that is only to be started anew is killed with it.
    private const string Keeper = """
        folder=$1; shift
        trap '' INT TERM HUP
        "$@" & server=$!
        cat >/dev/null
        kill -KILL $server 2>/dev/null
        wait $server
        rm -rf "$folder"
        """;

    private readonly string _folder;
    private readonly CertificateFiles _certificate;
#pragma warning disable CA2213 // EndAsync, which DisposeAsync calls, disposes it.
    private ChildProcess? _server;
#pragma warning restore CA2213
    private readonly List<string> _requests = [];
    private TaskCompletionSource _noted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RegistryAccess _access;
    private int _marks;

    private PrivateRegistry(string folder, string address, int port, CertificateFiles certificate)
    {
        _folder = folder;
        Address = address;
        Port = port;
        _certificate = certificate;
    }

    /// <summary>The user of basic authentication.</summary>
    public string User => "ann";

    /// <summary>The user's password.</summary>
    public string Password => "correct horse";

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Host and port, as they stand in image names.</summary>
    public string Host => string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");

    /// <summary>PEM file of the authority that its certificate is from.</summary>
    public string CaFile => _certificate.Authority;

    /// <summary>Where blobs and manifests lie, to be damaged by tests.</summary>
    public string Storage => Path.Combine(_folder, "storage");

    /// <summary>Method, path and status of each request so far: <c>GET /v2/web/manifests/1 200</c>.</summary>
    public async Task<IReadOnlyList<string>> RequestsAsync()
    {
        // The log is written behind the answers; a request of our own shows that it has caught up.
        var mark = $"/v2/mark-{Interlocked.Increment(ref _marks).ToString(CultureInfo.InvariantCulture)}/tags/list";
        using (var client = Connect()) await client.AskAsync(mark);
        using var limit = new CancellationTokenSource(s_startLimit);
        while (true)
        {
            Task noted;
            lock (_requests)
            {
                if (_requests.Any(request => request.Contains(mark, StringComparison.Ordinal)))
                    return [.. _requests.Where(request => !request.Contains("/v2/mark-", StringComparison.Ordinal))];
                noted = _noted.Task;
            }
            await noted.WaitAsync(limit.Token);
        }
    }

    /// <summary>Makes and starts one.</summary>
    /// <param name="access">Who may use it.</param>
    /// <param name="address">An address of this machine.</param>
    public static async Task<PrivateRegistry> StartNewAsync(RegistryAccess access = RegistryAccess.Basic, string address = "127.0.0.1")
    {
        var folder = Directory.CreateTempSubdirectory("warren-registry-").FullName;
        using var authority = TestAuthority.Create();
        var registry = new PrivateRegistry(folder, address, LocalPorts.Next(), authority.IssueFiles(folder, "registry", CertificateUse.Server));
        var users = await Tool.RunAsync("htpasswd", "-nbB", "-C", "4", registry.User, registry.Password);
        await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), users.Trim() + "\n");
        await registry.StartAsync(access);
        return registry;
    }

    /// <summary>Starts it, or starts it anew with other rules, on the same port and storage; returns when it answers.</summary>
    public async Task StartAsync(RegistryAccess access = RegistryAccess.Basic, TokenSettings? tokens = null)
    {
        await EndAsync();
        _access = access;
        var config = Path.Combine(_folder, "config.yml");
        await File.WriteAllTextAsync(config, Config(tokens));
        _server = ChildProcess.Start("docker-registry", "sh", ["-c", Keeper, "sh", _folder, "docker-registry", "serve", config], onLine: Note);
        await _server.ErrorLineAsync("listening on", s_startLimit);
    }

    /// <summary>Pushes an image under a tag, with its layers packed by gzip unless told otherwise.</summary>
    /// <returns>The pushed image; its digest is what the tag stands for.</returns>
    public async Task<PackedImage> PushAsync(string repository, string tag, TestImage image, params LayerPacking[] packing)
    {
        var packed = await PackedImage.PackAsync(image, packing);
        await PushAsync(repository, tag, packed);
        return packed;
    }

    /// <summary>Pushes a packed image under a tag, or by its digest alone if there is none.</summary>
    public async Task PushAsync(string repository, string? tag, PackedImage image)
    {
        using var client = Connect();
        foreach (var blob in image.Layers.Append(image.Image.Config)) await client.PushBlobAsync(repository, blob);
        await client.PushManifestAsync(repository, tag ?? image.Digest, image.Manifest, image.ManifestType);
    }

    /// <summary>Pushes several images and an index of them under a tag.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="images">Each with its platform: <c>linux/arm/v7</c>.</param>
    /// <returns>The index's digest.</returns>
    public async Task<string> PushIndexAsync(string repository, string tag, params (string Platform, PackedImage Image)[] images)
    {
        foreach (var (_, image) in images) await PushAsync(repository, null, image);
        var index = TestIndex.Of(images);
        using var client = Connect();
        await client.PushManifestAsync(repository, tag, index, OciMediaTypes.Index);
        return TestImage.DigestOf(index);
    }

    /// <summary>Pushes a blob that no image needs yet.</summary>
    public async Task PushBlobAsync(string repository, byte[] blob)
    {
        using var client = Connect();
        await client.PushBlobAsync(repository, blob);
    }

    /// <summary>Pushes any manifest, as it is.</summary>
    public async Task PushManifestAsync(string repository, string tag, byte[] manifest, string type)
    {
        using var client = Connect();
        await client.PushManifestAsync(repository, tag, manifest, type);
    }

    /// <summary>The file in which a blob or manifest lies.</summary>
    public string FileOf(string digest)
    {
        var hex = digest["sha256:".Length..];
        return Path.Combine(Storage, "docker/registry/v2/blobs/sha256", hex[..2], hex, "data");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private PushClient Connect()
    {
        if (_access == RegistryAccess.Token) throw new InvalidOperationException("Push before the registry is started with tokens.");
        return new PushClient(new Uri($"https://{Host}"), X509CertificateLoader.LoadCertificateFromFile(CaFile), User, Password);
    }

    private void Note(string line)
    {
        var match = AccessLine().Match(line);
        if (!match.Success) return;
        TaskCompletionSource noted;
        lock (_requests)
        {
            _requests.Add($"{match.Groups["request"].Value} {match.Groups["status"].Value}");
            noted = _noted;
            _noted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        noted.SetResult();
    }

    private async Task EndAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        await server.DisposeAsync();
    }

    private string Config(TokenSettings? tokens) => $"""
        version: 0.1
        log:
          level: info
        storage:
          filesystem:
            rootdirectory: {Storage}
          delete:
            enabled: true
        http:
          addr: {Host}
          secret: test
          tls:
            certificate: {_certificate.Certificate}
            key: {_certificate.Key}
        {Auth(tokens)}
        """;

    [GeneratedRegex("\"(?<request>[A-Z]+ /v2/\\S*) HTTP/[0-9.]+\" (?<status>[0-9]{3}) ")]
    private static partial Regex AccessLine();

    private string Auth(TokenSettings? tokens) => _access switch
    {
        RegistryAccess.Basic => $"""
            auth:
              htpasswd:
                realm: test
                path: {Path.Combine(_folder, "htpasswd")}
            """,
        RegistryAccess.Token => $"""
            auth:
              token:
                realm: {tokens!.Realm}
                service: {tokens.Service}
                issuer: {tokens.Issuer}
                rootcertbundle: {tokens.CertificateFile}
            """,
        _ => "",
    };
}
