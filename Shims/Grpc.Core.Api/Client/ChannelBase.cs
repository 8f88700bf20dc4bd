namespace Grpc.Core;

/// <summary>A way to one server or set of servers.</summary>
public abstract class ChannelBase
{
    /// <param name="target">The address as it was given.</param>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>The address as it was given.</summary>
    public string Target { get; }

    /// <summary>Makes the object that calls over this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Ends the channel in an orderly way.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Ends the channel; a channel without anything to end keeps this.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
