using Microsoft.AspNetCore.Connections;

namespace Orleans.Runtime.Networking;

/// <summary>Frames travel in the clear.</summary>
internal sealed class NoTransportSecurity : TransportSecurity
{
    public static NoTransportSecurity Instance { get; } = new();

    public override Task<SecuredStream> AuthenticateAsServerAsync(ConnectionContext connection, Stream stream, CancellationToken cancellation) =>
        Task.FromResult(new SecuredStream(stream, null));

    public override Task<SecuredStream> AuthenticateAsClientAsync(ConnectionContext connection, Stream stream, CancellationToken cancellation) =>
        Task.FromResult(new SecuredStream(stream, null));
}
