namespace Warren.TestSupport.Containers;

/// <summary>The token service that a registry trusts.</summary>
/// <param name="Realm">Its address.</param>
/// <param name="Service">What it calls the registry.</param>
/// <param name="Issuer">What it calls itself.</param>
/// <param name="CertificateFile">PEM file with the authority of its signing key.</param>
public sealed record TokenSettings(string Realm, string Service, string Issuer, string CertificateFile);
