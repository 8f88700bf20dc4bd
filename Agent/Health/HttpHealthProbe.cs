using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Warren.Containers;

namespace Warren.Agent.Health;

/// <summary>
/// Asks by GET. Each check takes a connection of its own, so that one which was opened before the server died does not speak for it; the
/// status alone decides, and of the body only the beginning is read, to show it when the check fails.
/// </summary>
internal sealed class HttpHealthProbe(HttpProbe spec, IPAddress address) : IHealthProbe
{
    private const int ShownBody = 1024;

    // Shared: nothing is kept between two requests. The certificate of a container is its own affair.
    private static readonly HttpMessageInvoker s_client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
        ActivityHeadersPropagator = null,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    public async Task<ProbeOutcome> CheckAsync(CancellationToken cancellationToken)
    {
        HttpRequestMessage request;
        try
        {
            request = MakeRequest();
        }
        catch (FormatException e)
        {
            return ProbeOutcome.Failure($"the request cannot be made: {e.Message}");
        }

        using (request)
        {
            try
            {
                using var response = await s_client.SendAsync(request, cancellationToken);
                var status = (int)response.StatusCode;
                var line = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}");
                return status >= spec.MinStatus && status <= spec.MaxStatus
                    ? ProbeOutcome.Success(line)
                    : ProbeOutcome.Failure(line + await BeginningAsync(response.Content, cancellationToken));
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
            {
                return ProbeOutcome.Failure(ProbeFailure.Describe(e));
            }
            catch (OperationCanceledException)
            {
                return ProbeOutcome.Failure("no response");
            }
        }
    }

    private HttpRequestMessage MakeRequest()
    {
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        var uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"{(spec.Https ? "https" : "http")}://{host}:{spec.Port}{spec.Path}"));
        var request = new HttpRequestMessage(HttpMethod.Get, uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.ConnectionClose = true;
        if (!spec.Headers.Keys.Contains("User-Agent", StringComparer.OrdinalIgnoreCase))
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("warren-probe", "1"));
        foreach (var (name, value) in spec.Headers)
        {
            if (request.Headers.TryAddWithoutValidation(name, value)) continue;
            // Content-Type and its like may be sent with no content too.
            request.Content ??= new ByteArrayContent([]);
            if (!request.Content.Headers.TryAddWithoutValidation(name, value)) throw new FormatException($"'{name}' is no name of a header");
        }

        return request;
    }

    private static async Task<string> BeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[ShownBody];
        var length = 0;
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellationToken);
            while (length < buffer.Length && await body.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read) length += read;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The status has decided; what there is of the body is shown.
        }

        var text = Encoding.UTF8.GetString(buffer, 0, length).Trim();
        return text.Length == 0 ? "" : $": {text}";
    }
}
