using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;

namespace Orleans.Runtime.Networking;

/// <summary>TLS as <see cref="TlsOptions"/> say. Sessions are never resumed, so that each connection shows and checks certificates.</summary>
internal sealed class TlsTransportSecurity(TlsOptions options, TimeProvider time) : TransportSecurity
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public override Task<SecuredStream> AuthenticateAsServerAsync(ConnectionContext connection, Stream stream, CancellationToken cancellation) =>
        AuthenticateAsync(
            stream,
            (tls, limit) => tls.AuthenticateAsServerAsync(ServerOptions(connection).Value, limit),
            cancellation);

    public override Task<SecuredStream> AuthenticateAsClientAsync(ConnectionContext connection, Stream stream, CancellationToken cancellation) =>
        AuthenticateAsync(
            stream,
            (tls, limit) => tls.AuthenticateAsClientAsync(ClientOptions(connection).Value, limit),
            cancellation);

    private async Task<SecuredStream> AuthenticateAsync(
        Stream stream, Func<SslStream, CancellationToken, Task> authenticate, CancellationToken cancellation)
    {
        // A server shows its certificate even to those who ask for none; the platform's rules judge it then.
        var judge = options.RemoteCertificateMode != RemoteCertificateMode.NoCertificate;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, judge ? IsTrusted : null);
        try
        {
            if (options.HandshakeTimeout == Timeout.InfiniteTimeSpan)
            {
                await authenticate(tls, cancellation);
            }
            else
            {
                using var limit = new CancellationTokenSource(options.HandshakeTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
                try
                {
                    await authenticate(tls, either.Token);
                }
                catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
                {
                    throw new TimeoutException($"The TLS handshake took longer than {options.HandshakeTimeout}.");
                }
            }
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }

        return new SecuredStream(tls, ToCertificate2(tls.RemoteCertificate));
    }

    private TlsServerAuthenticationOptions ServerOptions(ConnectionContext connection)
    {
        var handshake = new TlsServerAuthenticationOptions
        {
            ClientCertificateRequired = options.RemoteCertificateMode != RemoteCertificateMode.NoCertificate,
            EnabledSslProtocols = options.SslProtocols,
            CertificateRevocationCheckMode = RevocationMode,
        };
        if (options.LocalServerCertificateSelector is { } selector)
        {
            handshake.ServerCertificateSelectionCallback = (_, name) =>
                CheckedFor(ServerAuthentication, selector(connection, string.IsNullOrEmpty(name) ? null : name));
        }
        else
        {
            handshake.ServerCertificate = CheckedFor(
                ServerAuthentication,
                options.LocalCertificate ?? throw new OrleansConfigurationException("TLS: a silo needs a certificate of its own."));
        }

        options.OnAuthenticateAsServer?.Invoke(connection, handshake);
        return handshake;
    }

    private TlsClientAuthenticationOptions ClientOptions(ConnectionContext connection)
    {
        var handshake = new TlsClientAuthenticationOptions
        {
            EnabledSslProtocols = options.SslProtocols,
            CertificateRevocationCheckMode = RevocationMode,
        };
        if (options.ClientCertificateMode != RemoteCertificateMode.NoCertificate)
        {
            if (options.LocalClientCertificateSelector is { } selector)
            {
                handshake.LocalCertificateSelectionCallback = (sender, host, local, remote, issuers) =>
                    selector(sender, host, local, remote, issuers) is { } chosen ? CheckedFor(ClientAuthentication, chosen) : null;
            }
            else if (options.LocalCertificate is { } certificate)
            {
                handshake.ClientCertificates = [CheckedFor(ClientAuthentication, certificate)];
            }
            else if (options.ClientCertificateMode == RemoteCertificateMode.RequireCertificate)
            {
                throw new OrleansConfigurationException("TLS: a certificate is demanded of this process, and it has none.");
            }
        }

        options.OnAuthenticateAsClient?.Invoke(connection, handshake);
        return handshake;
    }

    private X509RevocationMode RevocationMode => options.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (ToCertificate2(certificate) is not { } remote)
            return options.RemoteCertificateMode != RemoteCertificateMode.RequireCertificate;
        return options.RemoteCertificateValidation is { } validate ? validate(remote, chain, errors) : errors == SslPolicyErrors.None;
    }

    private static X509Certificate2? ToCertificate2(X509Certificate? certificate) => certificate switch
    {
        null => null,
        X509Certificate2 known => known,
        _ => new X509Certificate2(certificate),
    };

    /// <summary>A certificate that says what it is for must say that it is for this.</summary>
    private static X509Certificate2 CheckedFor(string usage, X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is not X509EnhancedKeyUsageExtension usages) continue;
            foreach (var allowed in usages.EnhancedKeyUsages)
            {
                if (allowed.Value == usage) return certificate;
            }

            throw new AuthenticationException(
                $"The certificate {certificate.Thumbprint} of '{certificate.Subject}' is not meant for {(usage == ServerAuthentication ? "servers" : "clients")}.");
        }

        return certificate;
    }
}
