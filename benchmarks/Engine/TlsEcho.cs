using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Warren.Harness;
using Warren.TestSupport.Certificates;

namespace Warren.Benchmarks.Engine;

/// <summary>Bytes sent to another process and back over TLS and nothing else: what a call cannot be faster than.</summary>
internal static class TlsEcho
{
    private const int MessageSize = 64;

    /// <summary>Returns what one connection sends, until the process ends.</summary>
    public static async Task ServeAsync(int port, CertificateFiles files)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        using var client = await listener.AcceptTcpClientAsync();
        client.NoDelay = true;
        var (certificate, authority) = files.Load();
        await using var stream = new SslStream(client.GetStream(), false, Validate(authority));
        await stream.AuthenticateAsServerAsync(certificate, clientCertificateRequired: true, SslProtocols.Tls13, checkCertificateRevocation: false);
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0) await stream.WriteAsync(buffer.AsMemory(0, count));
    }

    /// <summary>The median time of a message there and back, in microseconds.</summary>
    public static async Task<double> MedianMicrosecondsAsync(int port, CertificateFiles files, int messages)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        var (certificate, authority) = files.Load();
        await using var stream = new SslStream(client.GetStream(), false, Validate(authority));
        await stream.AuthenticateAsClientAsync("localhost", [certificate], SslProtocols.Tls13, checkCertificateRevocation: false);
        var buffer = new byte[MessageSize];
        var times = new List<double>(messages);
        for (var i = -messages / 4; i < messages; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await stream.WriteAsync(buffer);
            await stream.ReadExactlyAsync(buffer);
            if (i >= 0) times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return Statistics.Median(times);
    }

    private static RemoteCertificateValidationCallback Validate(X509Certificate2 authority) =>
        (_, certificate, _, _) => certificate is X509Certificate2 shown && TestAuthority.IsFrom(authority, shown);
}
