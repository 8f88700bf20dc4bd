using Grpc.Core.Interceptors;

namespace Grpc.Core;

/// <summary>What all generated clients share.</summary>
public abstract class ClientBase
{
    private readonly CallInvoker? _callInvoker;

    /// <summary>For test doubles, which override every method: such a client cannot make calls.</summary>
    protected ClientBase()
    {
    }

    /// <param name="configuration">What the client stands on.</param>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        _callInvoker = configuration.CreateCallInvoker();
    }

    /// <param name="channel">What calls go over.</param>
    protected ClientBase(ChannelBase channel) : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker())
    {
    }

    /// <param name="callInvoker">What makes calls.</param>
    protected ClientBase(CallInvoker callInvoker) : this(new ClientBaseConfiguration(callInvoker, null))
    {
    }

    /// <summary>What makes the calls of this client.</summary>
    /// <exception cref="InvalidOperationException">The client was made without a channel.</exception>
    protected CallInvoker CallInvoker => _callInvoker ?? throw NoChannel();

    private protected ClientBaseConfiguration Configuration => field ?? throw NoChannel();

    private static InvalidOperationException NoChannel() =>
        new("The client was made without a channel, as a test double, and cannot make calls.");

    /// <summary>What a generated client stands on; made by <see cref="ClientBase{T}.WithHost"/>.</summary>
    protected internal class ClientBaseConfiguration
    {
        private readonly CallInvoker _undecorated;
        private readonly string? _host;

        internal ClientBaseConfiguration(CallInvoker undecorated, string? host)
        {
            ArgumentNullException.ThrowIfNull(undecorated);
            _undecorated = undecorated;
            _host = host;
        }

        internal CallInvoker CreateCallInvoker() => _host is null ? _undecorated : _undecorated.Intercept(new HostInterceptor(_host));

        internal ClientBaseConfiguration WithHost(string host) => new(_undecorated, host);
    }
}
