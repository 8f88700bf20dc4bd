using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Warren.Images.Registry;

/// <summary>What failed requests and refusing answers mean.</summary>
internal static class HttpFailures
{
    private const int MaxBody = 8 * 1024, MaxText = 300;

    /// <summary>What an exception of the transport means for a request to a registry.</summary>
    public static RegistryFailure Explain(Exception exception, Uri uri)
    {
        if (IsOfTheName(exception))
        {
            return new(
                ImageFault.RegistryUnavailable,
                $"the name of its registry {uri.Host} does not resolve ({exception.Message.TrimEnd('.')}); look at how the image is written, and at the DNS of this machine",
                isTransient: true,
                inner: exception);
        }

        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is not AuthenticationException) continue;
            var isNoTls = inner.Message.Contains("frame", StringComparison.OrdinalIgnoreCase)
                || inner.InnerException?.Message.Contains("wrong version number", StringComparison.OrdinalIgnoreCase) is true;
            return new(
                ImageFault.Untrusted,
                isNoTls
                    ? $"{uri.Authority} does not speak TLS; if it is to be used so, mark it \"insecure\": \"plain-http\" in the registries file"
                    : $"the certificate of {uri.Authority} is not trusted ({inner.Message.TrimEnd('.')}); name its authority as \"ca\" in the registries file",
                inner: exception);
        }
        return new(ImageFault.RegistryUnavailable, $"{uri.Authority} cannot be reached: {exception.Message.TrimEnd('.')}", isTransient: true, inner: exception);
    }

    // That there is no such name, or that nobody can be asked for it.
    private static bool IsOfTheName(Exception exception) => exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
        or HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery } };

    /// <summary>What a refusing answer means.</summary>
    /// <param name="response">An answer that is no success.</param>
    /// <param name="what">What was asked for.</param>
    /// <param name="isForeign">Whether it came from a storage host that the registry sent us to; its refusal is that of an expired address.</param>
    /// <param name="options">How long to wait for the rest of the answer.</param>
    /// <param name="time">The clock, also for a date in Retry-After.</param>
    /// <param name="cancellationToken">Ends reading the answer.</param>
    public static async Task<RegistryFailure> ExplainAsync(
        HttpResponseMessage response, string what, bool isForeign, RegistryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var host = response.RequestMessage?.RequestUri?.Authority ?? "the registry";
        var said = await SaidAsync(response, options, time, cancellationToken);
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        var text = $"{host} answered {status}{(said.Length == 0 ? "" : $" ({said})")} for {what}";
        var after = response.Headers.RetryAfter is { } header ? header.Delta ?? (header.Date - time.GetUtcNow()) : null;
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new(ImageFault.TooManyRequests, text, isTransient: true, after),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when isForeign =>
                new(ImageFault.RegistryUnavailable, text, isTransient: true),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ImageFault.Unauthorized, text),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new(ImageFault.NotFound, text),
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError =>
                new(ImageFault.RegistryUnavailable, text, isTransient: true, after),
            _ => new(ImageFault.RegistryUnavailable, text),
        };
    }

    // The error list of the distribution specification, or nothing: other bodies are pages for browsers.
    private static async Task<string> SaidAsync(
        HttpResponseMessage response, RegistryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(options.StallTimeout, time, cancellationToken);
        try
        {
            var body = await LimitedBody.ReadAsync(response, MaxBody, guard.Token);
            if (body is null) return "";
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return "";
            if (document.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
                return Clean(string.Join("; ", errors.EnumerateArray().Take(3).Select(error => $"{Text(error, "code")}: {Text(error, "message")}")));
            return Clean(Text(document.RootElement, "details") is { Length: > 0 } details ? details : Text(document.RootElement, "error"));
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException || guard.HasStalled)
        {
            // The status says enough.
            return "";
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    // It goes to logs and terminals, and a stranger wrote it.
    private static string Clean(string text) => new([.. text.Take(MaxText).Select(c => char.IsControl(c) ? ' ' : c)]);
}
