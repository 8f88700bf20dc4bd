namespace Grpc.Core;

/// <summary>A secured channel whose calls carry credentials.</summary>
internal sealed class CompositeChannelCredentials(ChannelCredentials channel, CallCredentials call) : ChannelCredentials
{
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state) =>
        configurator.SetCompositeCredentials(state, channel, call);
}
