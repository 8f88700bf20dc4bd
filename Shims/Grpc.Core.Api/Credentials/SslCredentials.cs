namespace Grpc.Core;

/// <summary>
/// TLS. With <c>Grpc.Net.Client</c> only the form without arguments works: certificates are a matter of the channel's HTTP handler.
/// </summary>
public sealed class SslCredentials : ChannelCredentials
{
    private readonly VerifyPeerCallback? _verifyPeer;

    /// <summary>TLS with the platform's roots, or as the HTTP handler says.</summary>
    public SslCredentials() : this(null, null, null)
    {
    }

    /// <param name="rootCertificates">PEM of the accepted roots.</param>
    public SslCredentials(string? rootCertificates) : this(rootCertificates, null, null)
    {
    }

    /// <param name="rootCertificates">PEM of the accepted roots.</param>
    /// <param name="keyCertificatePair">The client's own certificate.</param>
    public SslCredentials(string? rootCertificates, KeyCertificatePair? keyCertificatePair)
        : this(rootCertificates, keyCertificatePair, null)
    {
    }

    /// <param name="rootCertificates">PEM of the accepted roots.</param>
    /// <param name="keyCertificatePair">The client's own certificate.</param>
    /// <param name="verifyPeerCallback">A further check of the server.</param>
    public SslCredentials(string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        RootCertificates = rootCertificates;
        KeyCertificatePair = keyCertificatePair;
        _verifyPeer = verifyPeerCallback;
    }

    /// <summary>PEM of the accepted roots; null for the platform's.</summary>
    public string? RootCertificates { get; }

    /// <summary>The client's own certificate; null for none.</summary>
    public KeyCertificatePair? KeyCertificatePair { get; }

    /// <inheritdoc/>
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state) =>
        configurator.SetSslCredentials(state, RootCertificates, KeyCertificatePair, _verifyPeer);

    internal override bool IsComposable => true;
}
