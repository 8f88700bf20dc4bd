using System.Net;
using Warren.Images.Formats;

namespace Warren.Images.Registry;

/// <summary>Requests for manifests and indexes.</summary>
internal static class ManifestRequests
{
    private const string DigestHeader = "Docker-Content-Digest";

    private static readonly string s_accept = string.Join(", ", MediaTypes.Manifests);

    public static async Task<FetchedManifest> GetAsync(
        RegistrySession session, string tagOrDigest, Descriptor? expected, RegistryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var what = $"{session.Endpoint.Host}/{session.Endpoint.Repository}{(Digests.IsDigest(tagOrDigest) ? '@' : ':')}{tagOrDigest}";
        using var answer = await SendAsync(session, HttpMethod.Get, tagOrDigest, options, time, cancellationToken);
        var type = answer.Response.Content.Headers.ContentType?.MediaType;
        using var guard = new StallGuard(options.StallTimeout, time, cancellationToken);
        byte[] bytes;
        try
        {
            bytes = await LimitedBody.ReadAsync(answer.Response, ManifestDocument.MaxBytes, guard.Token)
                ?? throw new ImageException(ImageFault.Malformed, $"The manifest of {what} has more than {ManifestDocument.MaxBytes} bytes.");
        }
        catch (OperationCanceledException) when (guard.HasStalled)
        {
            throw new RegistryFailure(
                ImageFault.RegistryUnavailable, $"{session.Endpoint.Host} stalled for {options.StallTimeout} in the manifest of {what}", isTransient: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw HttpFailures.Explain(e, answer.Response.RequestMessage!.RequestUri!);
        }

        var digest = Digests.Of(bytes);
        CheckDigest(digest, tagOrDigest, answer.Response, what);
        var document = ManifestDocument.Parse(bytes, expected?.MediaType is { Length: > 0 } pointed ? pointed : type, what);
        return new(new Descriptor(document.MediaType, digest, bytes.Length) { Platform = expected?.Platform }, bytes, document);
    }

    /// <summary>The digest of a tag by HEAD, which registries that count pulls do not count; null if the answer does not hold it.</summary>
    public static async Task<string?> ResolveAsync(RegistrySession session, string tag, RegistryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await SendAsync(session, HttpMethod.Head, tag, options, time, cancellationToken);
            var stated = Stated(answer.Response);
            return Digests.IsDigest(stated) ? stated : null;
        }
        catch (RegistryFailure failure) when (failure.InnerException is null && !failure.IsTransient && failure.Fault == ImageFault.RegistryUnavailable)
        {
            // A registry that refuses HEAD is asked by GET.
            return null;
        }
    }

    private static async Task<RegistryAnswer> SendAsync(
        RegistrySession session, HttpMethod method, string tagOrDigest, RegistryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var answer = await session.SendAsync(
            method,
            session.Endpoint.ManifestUri(tagOrDigest),
            headers => headers.TryAddWithoutValidation("Accept", s_accept),
            cancellationToken);
        if (answer.Response.StatusCode == HttpStatusCode.OK) return answer;
        using (answer)
        {
            var what = $"the manifest '{tagOrDigest}' of {session.Endpoint.Repository}";
            throw await HttpFailures.ExplainAsync(answer.Response, what, answer.IsForeign, options, time, cancellationToken);
        }
    }

    private static void CheckDigest(string digest, string tagOrDigest, HttpResponseMessage response, string what)
    {
        var wanted = Digests.IsDigest(tagOrDigest) ? tagOrDigest : Stated(response);
        if (Digests.IsDigest(wanted) && wanted != digest)
            throw new ImageException(ImageFault.DigestMismatch, $"The manifest of {what} should have the digest {wanted}, and has {digest}.");
    }

    private static string? Stated(HttpResponseMessage response) =>
        response.Headers.TryGetValues(DigestHeader, out var values) ? values.First() : null;
}
