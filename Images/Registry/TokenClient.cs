using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Warren.Images.Registry;

/// <summary>
/// Gets tokens from the token service of a registry: by GET with basic authentication, or by OAuth2 POST for an identity token (the distribution
/// project's token specification).
/// </summary>
internal sealed class TokenClient(RegistryTransports transports, TokenCache cache, RegistryOptions options, TimeProvider time)
{
    private const int MaxBody = 256 * 1024;
    private const string ClientId = "warren";

    // What the specification says of an answer without expires_in.
    private static readonly TimeSpan s_defaultLifetime = TimeSpan.FromSeconds(60), s_longest = TimeSpan.FromDays(1);

    public TokenCache Cache => cache;

    /// <summary>A new token.</summary>
    /// <exception cref="RegistryFailure">Refused, unreachable, or an answer that holds no token.</exception>
    public async Task<string> GetAsync(RegistryEndpoint endpoint, TokenRequest request, CancellationToken cancellationToken)
    {
        var what = $"a token for {request.Scope}";
        using var guard = new StallGuard(options.ResponseTimeout, time, cancellationToken);
        try
        {
            using var message = Compose(request);
            var transport = transports.For(endpoint, isForeign: !SessionHosts.AreSame(request.Realm, endpoint.Address));
            using var response = await transport.SendAsync(message, guard.Token);
            if (!response.IsSuccessStatusCode)
                throw await HttpFailures.ExplainAsync(response, what, isForeign: false, options, time, cancellationToken);
            var body = await LimitedBody.ReadAsync(response, MaxBody, guard.Token);
            var (token, lifetime) = Read(body, request.Realm);
            cache.Add(request, token, lifetime);
            return token;
        }
        catch (OperationCanceledException) when (guard.HasStalled)
        {
            throw new RegistryFailure(
                ImageFault.RegistryUnavailable, $"the token service {request.Realm.Authority} did not answer within {options.ResponseTimeout}", isTransient: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw HttpFailures.Explain(e, request.Realm);
        }
    }

    private static HttpRequestMessage Compose(TokenRequest request)
    {
        var message = new HttpRequestMessage();
        if (request.Credentials is { IsIdentityToken: true } identity)
        {
            message.Method = HttpMethod.Post;
            message.RequestUri = request.Realm;
            message.Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["service"] = request.Service,
                ["scope"] = request.Scope,
                ["client_id"] = ClientId,
                ["refresh_token"] = identity.Password,
            });
        }
        else
        {
            message.Method = HttpMethod.Get;
            var query = new StringBuilder(request.Realm.Query.TrimStart('?'));
            Append(query, "service", request.Service);
            foreach (var scope in request.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Append(query, "scope", scope);
            if (request.Credentials is { } credentials)
            {
                Append(query, "account", credentials.Username);
                message.Headers.Authorization = Basic(credentials);
            }
            message.RequestUri = new UriBuilder(request.Realm) { Query = query.ToString() }.Uri;
        }
        message.Headers.UserAgent.Add(RegistrySession.UserAgent);
        return message;
    }

    public static AuthenticationHeaderValue Basic(RegistryCredentials credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")));

    private static void Append(StringBuilder query, string name, string value)
    {
        if (value.Length == 0) return;
        if (query.Length > 0) query.Append('&');
        query.Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }

    private static (string Token, TimeSpan Lifetime) Read(byte[]? body, Uri realm)
    {
        try
        {
            using var document = JsonDocument.Parse(body ?? throw new JsonException("it is too long"));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw new JsonException("it is no object");
            var token = Text(root, "token") ?? Text(root, "access_token") ?? throw new JsonException("it holds no token");
            if (token.Any(c => c is <= ' ' or > '~')) throw new JsonException("its token has characters that no header can carry");
            var lifetime = root.TryGetProperty("expires_in", out var seconds) && seconds.TryGetDouble(out var value) && value > 0
                ? TimeSpan.FromSeconds(Math.Min(value, s_longest.TotalSeconds))
                : s_defaultLifetime;
            return (token, lifetime);
        }
        catch (JsonException e)
        {
            throw new RegistryFailure(ImageFault.RegistryUnavailable, $"the answer of the token service {realm.Authority} cannot be used: {e.Message}", inner: e);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
