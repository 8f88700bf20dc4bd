using System.Net;
using System.Net.Http.Headers;

namespace Warren.Images.Registry;

/// <summary>Requests to one repository of one registry, with authorisation and redirects.</summary>
internal sealed class RegistrySession(
    RegistryEndpoint endpoint, RegistryAuth auth, RegistryTransports transports, RegistryOptions options, TimeProvider time)
{
    private const int MaxRedirects = 5;

    // The first challenge, and one for a token that has expired or does not reach.
    private const int MaxChallenges = 2;

    public static ProductInfoHeaderValue UserAgent { get; } = new("warren", "0.1");

    public RegistryEndpoint Endpoint => endpoint;

    /// <summary>Sends a request and returns the answer, of any status but 401, as soon as its headers are there.</summary>
    /// <exception cref="RegistryFailure">No answer, or no authorisation.</exception>
    public async Task<RegistryAnswer> SendAsync(
        HttpMethod method, Uri uri, Action<HttpRequestHeaders>? shape, CancellationToken cancellationToken)
    {
        for (var challenges = 0; ; challenges++)
        {
            var authorization = await auth.HeaderAsync(cancellationToken);
            var answer = await FollowAsync(method, uri, shape, authorization, cancellationToken);
            if (answer.Response.StatusCode != HttpStatusCode.Unauthorized || answer.IsForeign) return answer;
            using (answer)
            {
                if (challenges == MaxChallenges) throw auth.Refused(authorization is not null);
                auth.Answer(answer.Response, authorization);
            }
        }
    }

    private async Task<RegistryAnswer> FollowAsync(
        HttpMethod method, Uri uri, Action<HttpRequestHeaders>? shape, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var target = uri;
        for (var redirects = 0; ; redirects++)
        {
            // Once a request has left the registry, nothing that follows may see the credentials, not even the registry.
            var isForeign = !SessionHosts.AreSame(target, endpoint.Address);
            if (isForeign) authorization = null;
            var response = await OnceAsync(method, target, shape, authorization, isForeign, cancellationToken);
            if (!IsRedirect(response.StatusCode)) return new(response, isForeign);
            using (response)
            {
                if (redirects == MaxRedirects)
                    throw new RegistryFailure(ImageFault.RegistryUnavailable, $"{endpoint.Host} redirects more than {MaxRedirects} times");
                target = Target(response, target);
            }
        }
    }

    private Uri Target(HttpResponseMessage response, Uri from)
    {
        // As text: on this system a parsed "/path" passes for the name of a file.
        if (!response.Headers.NonValidated.TryGetValues("Location", out var locations) || !Uri.TryCreate(from, locations.First(), out var target))
            throw new RegistryFailure(ImageFault.RegistryUnavailable, $"{from.Authority} redirects to nowhere");
        return SessionHosts.MayCall(target, endpoint)
            ? target
            : throw new RegistryFailure(ImageFault.Untrusted, $"{from.Authority} redirects to {target.GetLeftPart(UriPartial.Path)}, which is not by TLS");
    }

    private async Task<HttpResponseMessage> OnceAsync(
        HttpMethod method,
        Uri uri,
        Action<HttpRequestHeaders>? shape,
        AuthenticationHeaderValue? authorization,
        bool isForeign,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri);
        request.Headers.UserAgent.Add(UserAgent);
        request.Headers.Authorization = authorization;
        shape?.Invoke(request.Headers);
        using var guard = new StallGuard(options.ResponseTimeout, time, cancellationToken);
        try
        {
            return await transports.For(endpoint, isForeign).SendAsync(request, guard.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The guard, or the transport's own limit for connecting.
            var what = guard.HasStalled
                ? $"{uri.Authority} did not answer within {options.ResponseTimeout.TotalSeconds:0.#} s"
                : $"{uri.Authority} took no connection within {options.ConnectTimeout.TotalSeconds:0.#} s";
            throw new RegistryFailure(ImageFault.RegistryUnavailable, what, isTransient: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw HttpFailures.Explain(e, uri);
        }
    }

    private static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
