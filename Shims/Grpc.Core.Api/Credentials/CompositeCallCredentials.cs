namespace Grpc.Core;

/// <summary>Several call credentials at once.</summary>
internal sealed class CompositeCallCredentials : CallCredentials
{
    private readonly CallCredentials[] _parts;

    public CompositeCallCredentials(CallCredentials[] credentials)
    {
        if (credentials.Length < 2)
            throw new ArgumentException("A composition takes at least two credentials.", nameof(credentials));
        _parts = [.. credentials.SelectMany(part => part is CompositeCallCredentials composite ? composite._parts : [part])];
    }

    public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
        configurator.SetCompositeCredentials(state, _parts);
}
