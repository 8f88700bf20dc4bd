using Microsoft.AspNetCore.Connections;

namespace Orleans.Runtime.Networking;

/// <summary>Protects a connection before its first frame.</summary>
internal abstract class TransportSecurity
{
    /// <summary>The side that was dialled.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The other side is not trusted, or does not trust this one.</exception>
    public abstract Task<SecuredStream> AuthenticateAsServerAsync(ConnectionContext connection, Stream stream, CancellationToken cancellation);

    /// <inheritdoc cref="AuthenticateAsServerAsync"/>
    /// <summary>The side that dials.</summary>
    public abstract Task<SecuredStream> AuthenticateAsClientAsync(ConnectionContext connection, Stream stream, CancellationToken cancellation);
}
