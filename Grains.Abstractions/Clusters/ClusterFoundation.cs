using Warren.Nodes;

namespace Warren.Clusters;

/// <summary>A cluster that its first manager has made.</summary>
[GenerateSerializer, Alias("warren.cluster-foundation"), Immutable]
public sealed record ClusterFoundation
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The certificate of its authority as PEM.</summary>
    [Id(1)]
    public required string Authority { get; init; }

    /// <summary>The private key of the authority as PKCS #8.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> AuthorityKey { get; init; }

    /// <summary>The manager that has made it; null: one of an older release, which becomes known by its first renewal.</summary>
    [Id(3)]
    public NodeId? Manager { get; init; }

    /// <summary>A PKCS #10 request signed with that manager's key, which is bound to it for good.</summary>
    [Id(4)]
    public ReadOnlyMemory<byte> SigningRequest { get; init; }

    /// <summary>Shows no key.</summary>
    public override string ToString() => $"{nameof(ClusterFoundation)} {{ Id = {Id} }}";
}
