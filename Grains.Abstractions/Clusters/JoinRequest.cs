using Warren.Nodes;

namespace Warren.Clusters;

/// <summary>A machine wants to be a node.</summary>
[GenerateSerializer, Alias("warren.join-request"), Immutable]
public sealed record JoinRequest
{
    /// <summary>The token, as text.</summary>
    [Id(0)]
    public required string Token { get; init; }

    /// <summary>The id that it takes.</summary>
    [Id(1)]
    public required NodeId Node { get; init; }

    /// <summary>A PKCS #10 request, signed with the key that the certificate is to be for. Its subject is the node's id as common name, and nothing else.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> SigningRequest { get; init; }

    /// <summary>What it joins as; refused if the token is not for that.</summary>
    [Id(3)]
    public required NodeRole Role { get; init; }

    /// <summary>Shows no token.</summary>
    public override string ToString() => $"{nameof(JoinRequest)} {{ Node = {Node}, Role = {Role} }}";
}
