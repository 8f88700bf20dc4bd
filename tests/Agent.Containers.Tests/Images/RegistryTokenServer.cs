using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>A token service that a real registry trusts: it signs what is asked for, for a user with the right password, for a short time.</summary>
internal sealed class RegistryTokenServer : IAsyncDisposable
{
    private const string Service = "registry.test", Issuer = "tokens.test";

    private readonly WebApplication _app;
    private readonly X509Certificate2 _signer;
    private readonly string _folder;
    private readonly string _basic;

    private RegistryTokenServer(WebApplication app, X509Certificate2 signer, string folder, string basic)
    {
        _app = app;
        _signer = signer;
        _folder = folder;
        _basic = basic;
    }

    /// <summary>The query of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>How long its tokens hold.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    public TokenSettings Settings => new($"{_app.Urls.Single()}/token", Service, Issuer, Path.Combine(_folder, "authority.crt"));

    public string CaFile => Path.Combine(_folder, "authority.crt");

    /// <param name="folder">For its certificate.</param>
    /// <param name="user">Who gets tokens.</param>
    /// <param name="password">With which password.</param>
    public static async Task<RegistryTokenServer> StartAsync(string folder, string user, string password)
    {
        using var authority = TestAuthority.Create("Token authority");
        Directory.CreateDirectory(folder);
        var files = authority.IssueFiles(folder, "tokens");
        var certificate = files.Load().Certificate;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        var server = new RegistryTokenServer(app, certificate, folder, basic);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _signer.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(context.Request.QueryString.Value ?? "");
        if (context.Request.Headers.Authorization != _basic)
        {
            context.Response.StatusCode = 401;
            return;
        }
        var scope = context.Request.Query["scope"].ToString().Split(':');
        var token = Sign(context.Request.Query["account"].ToString(), scope[0], scope[1], scope[2].Split(','));
        await context.Response.WriteAsJsonAsync(new { token, expires_in = (int)Lifetime.TotalSeconds });
    }

    // The form that the distribution project's registry reads (JWT, ES256, certificate in x5c).
    private string Sign(string subject, string type, string name, string[] actions)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = JsonSerializer.SerializeToUtf8Bytes(new { typ = "JWT", alg = "ES256", x5c = new[] { Convert.ToBase64String(_signer.RawData) } });
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = Issuer,
            sub = subject,
            aud = Service,
            exp = now + (long)Lifetime.TotalSeconds,
            nbf = now - 10,
            iat = now,
            jti = RandomNumberGenerator.GetHexString(16),
            access = new[] { new { type, name, actions } },
        });
        var signed = $"{Base64Url(header)}.{Base64Url(claims)}";
        using var key = _signer.GetECDsaPrivateKey()!;
        return $"{signed}.{Base64Url(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
