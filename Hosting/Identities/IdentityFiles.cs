namespace Warren.Hosting.Identities;

/// <summary>
/// Where a process finds what it proves its identity with. All three are PEM files. Replacing them takes effect at the next connection,
/// without a restart.
/// </summary>
/// <param name="Certificate">The process's certificate, followed by those between it and the authority, if any.</param>
/// <param name="Key">The private key of the certificate, readable for its owner only.</param>
/// <param name="Authority">The certificates of the authorities whose certificates are trusted, one or more.</param>
public sealed record IdentityFiles(string Certificate, string Key, string Authority);
