using Warren.Security;

namespace Warren.Clusters;

/// <summary>A certificate of a client that has not ended, or those of a node or manager.</summary>
[GenerateSerializer, Alias("warren.certificate-record"), Immutable]
public sealed record CertificateRecord
{
    /// <summary>What its holder is.</summary>
    [Id(0)]
    public required CertificateRole Role { get; init; }

    /// <summary>The client's name, or the id of the node.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The number of a client's certificate in hexadecimal digits; null: all that the node has.</summary>
    [Id(2)]
    public string? Serial { get; init; }

    /// <summary>When it was issued; when the node has joined.</summary>
    [Id(3)]
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When the last one ends; null: not known, of a node that has not renewed it since an older release.</summary>
    [Id(4)]
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Since when it is refused; null: it is not.</summary>
    [Id(5)]
    public DateTimeOffset? RevokedAt { get; init; }
}
