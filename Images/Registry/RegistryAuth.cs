using System.Net.Http.Headers;

namespace Warren.Images.Registry;

/// <summary>How the requests to one repository are authorised: nothing until the registry asks, then what it asked for.</summary>
internal sealed class RegistryAuth(RegistryEndpoint endpoint, RegistryCredentials? credentials, string? credentialsProblem, TokenClient tokens)
{
    private readonly Lock _gate = new();
    private TokenRequest? _bearer;
    private bool _isBasic;

    /// <summary>What goes with the next request; null while the registry has not asked.</summary>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellationToken)
    {
        TokenRequest? bearer;
        lock (_gate)
        {
            if (_isBasic) return TokenClient.Basic(credentials!);
            bearer = _bearer;
        }
        if (bearer is null) return null;
        return new("Bearer", tokens.Cache.Find(bearer) ?? await tokens.GetAsync(endpoint, bearer, cancellationToken));
    }

    /// <summary>Takes the challenge of a refused request.</summary>
    /// <param name="response">The refusal, of status 401.</param>
    /// <param name="refused">What the request carried.</param>
    /// <exception cref="RegistryFailure">There is nothing else to answer with.</exception>
    public void Answer(HttpResponseMessage response, AuthenticationHeaderValue? refused)
    {
        var challenges = response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var headers)
            ? headers.SelectMany(header => AuthChallenge.Parse(header)).ToArray()
            : [];
        if (challenges.FirstOrDefault(challenge => challenge.Scheme == "bearer" && challenge["realm"] is not null) is { } bearer)
        {
            AnswerBearer(bearer, refused);
        }
        else if (challenges.Any(challenge => challenge.Scheme == "basic"))
        {
            if (credentials is null || credentials.IsIdentityToken || refused?.Scheme is "Basic") throw Refused(refused is not null);
            lock (_gate)
                _isBasic = true;
        }
        else
        {
            throw new RegistryFailure(
                ImageFault.Unauthorized,
                $"{endpoint.Host} wants authentication of a kind that is not known ({(challenges.Length == 0 ? "none named" : challenges[0].Scheme)})");
        }
    }

    public RegistryFailure Refused(bool hadCredentials) => new(
        ImageFault.Unauthorized,
        credentials is not null || hadCredentials
            ? $"{endpoint.Host} refuses the credentials{(credentials is null ? "" : $" of '{credentials.Username}'")} for {endpoint.Repository}, or has no such repository"
            : $"{endpoint.Host} wants credentials for {endpoint.Repository} (or has no such repository), and there are none: {credentialsProblem ?? "give a pull secret, or an entry in the credentials file"}");

    private void AnswerBearer(AuthChallenge challenge, AuthenticationHeaderValue? refused)
    {
        var text = challenge["realm"]!;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var realm) || !SessionHosts.MayCall(realm, endpoint))
        {
            throw new RegistryFailure(
                ImageFault.Untrusted,
                $"{endpoint.Host} names the token service '{text}', which must be an https address{(credentials is null ? "" : "; no credentials are sent there")}");
        }
        var scope = challenge["scope"] is { Length: > 0 } asked ? asked : $"repository:{endpoint.Repository}:pull";
        var request = new TokenRequest(realm, challenge["service"] ?? "", scope, credentials);
        lock (_gate)
        {
            _isBasic = false;
            _bearer = request;
        }
        // A refused token is as good as expired, whatever it said of itself.
        if (refused is { Scheme: "Bearer", Parameter: { } token }) tokens.Cache.Remove(request, token);
    }
}
