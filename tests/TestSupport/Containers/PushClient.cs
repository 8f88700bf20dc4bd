using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Warren.TestSupport.Certificates;

namespace Warren.TestSupport.Containers;

/// <summary>Pushes to a registry by the distribution API.</summary>
internal sealed class PushClient : IDisposable
{
    private readonly HttpClient _http;

    public PushClient(Uri address, X509Certificate2 authority, string user, string password)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is X509Certificate2 known && TestAuthority.IsFrom(authority, known);
        _http = new HttpClient(handler) { BaseAddress = address };
        _http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    /// <summary>Pushes a blob, unless the registry has it.</summary>
    public async Task PushBlobAsync(string repository, byte[] blob)
    {
        var digest = TestImage.DigestOf(blob);
        using var head = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v2/{repository}/blobs/{digest}"));
        if (head.StatusCode == HttpStatusCode.OK) return;
        using var begun = await _http.PostAsync($"/v2/{repository}/blobs/uploads/", null);
        begun.EnsureSuccessStatusCode();
        var upload = new Uri(_http.BaseAddress!, begun.Headers.NonValidated["Location"].ToString());
        using var content = new ByteArrayContent(blob);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var done = await _http.PutAsync($"{upload}{(upload.Query.Length == 0 ? '?' : '&')}digest={Uri.EscapeDataString(digest)}", content);
        done.EnsureSuccessStatusCode();
    }

    /// <summary>Pushes a manifest or index.</summary>
    public async Task PushManifestAsync(string repository, string tagOrDigest, byte[] manifest, string type)
    {
        using var content = new ByteArrayContent(manifest);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var done = await _http.PutAsync($"/v2/{repository}/manifests/{tagOrDigest}", content);
        if (!done.IsSuccessStatusCode) throw new HttpRequestException($"{(int)done.StatusCode} {await done.Content.ReadAsStringAsync()}");
    }

    /// <summary>Asks for a path, whatever the answer.</summary>
    public async Task AskAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
    }

    public void Dispose() => _http.Dispose();
}
