namespace Warren.Clusters;

/// <summary>An operator, or a program of theirs, is to have a certificate for the public API.</summary>
[GenerateSerializer, Alias("warren.client-certificate-request"), Immutable]
public sealed record ClientCertificateRequest
{
    /// <summary>The longest life.</summary>
    public static TimeSpan MaxLifetime { get; } = TimeSpan.FromDays(3650);

    /// <summary>Whose it is, for logs: 1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>A PKCS #10 request, signed with the key that the certificate is to be for. Of the names in it none is taken.</summary>
    [Id(1)]
    public required ReadOnlyMemory<byte> SigningRequest { get; init; }

    /// <summary>How long it is good: positive, at most ten years. Default (null): 90 days.</summary>
    [Id(2)]
    public TimeSpan? Lifetime { get; init; }
}
