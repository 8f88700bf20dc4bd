namespace Grpc.Core;

/// <summary>What all generated clients share.</summary>
public abstract class ClientBase<T> : ClientBase where T : ClientBase<T>
{
    /// <summary>For test doubles, which override every method: such a client cannot make calls.</summary>
    protected ClientBase()
    {
    }

    /// <param name="configuration">What the client stands on.</param>
    protected ClientBase(ClientBaseConfiguration configuration) : base(configuration)
    {
    }

    /// <param name="channel">What calls go over.</param>
    public ClientBase(ChannelBase channel) : base(channel)
    {
    }

    /// <param name="callInvoker">What makes calls.</param>
    public ClientBase(CallInvoker callInvoker) : base(callInvoker)
    {
    }

    /// <summary>A client whose calls name <paramref name="host"/> instead of the channel's own.</summary>
    public T WithHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return NewInstance(Configuration.WithHost(host));
    }

    /// <summary>Generated: makes a client of the same type.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
