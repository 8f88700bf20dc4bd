namespace Grpc.Core;

/// <summary>How a channel is secured, and what every call on it proves.</summary>
public abstract class ChannelCredentials
{
    /// <summary>Neither encrypted nor authenticated.</summary>
    public static ChannelCredentials Insecure { get; } = new InsecureChannelCredentials();

    /// <summary>TLS as the HTTP handler of the channel is set up.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    /// <summary>A secured channel whose every call also carries <paramref name="callCredentials"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="channelCredentials"/> is insecure or a combination already.</exception>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        if (!channelCredentials.IsComposable)
            throw new ArgumentException("Only TLS channel credentials can be combined with call credentials.", nameof(channelCredentials));
        return new CompositeChannelCredentials(channelCredentials, callCredentials);
    }

    /// <summary>Hands the credentials to a gRPC implementation; not for callers.</summary>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state);

    /// <summary>Call credentials may be added: the channel does not show them to listeners.</summary>
    internal virtual bool IsComposable => false;
}
