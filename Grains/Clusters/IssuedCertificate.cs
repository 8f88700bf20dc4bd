namespace Warren.Grains.Clusters;

/// <summary>A client's certificate.</summary>
/// <param name="Serial">Its number.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="IssuedAt">When it was issued.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="RevokedAt">Since when it is refused; null: it is not.</param>
internal sealed record IssuedCertificate(string Serial, string Name, DateTimeOffset IssuedAt, DateTimeOffset EndsAt, DateTimeOffset? RevokedAt = null);
