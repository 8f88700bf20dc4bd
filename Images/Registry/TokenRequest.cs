namespace Warren.Images.Registry;

/// <summary>What a token is asked by.</summary>
/// <param name="Realm">Address of the token service.</param>
/// <param name="Service">Name of the registry there; may be empty.</param>
/// <param name="Scope">What it is to allow.</param>
/// <param name="Credentials">Who asks; null for anybody.</param>
internal sealed record TokenRequest(Uri Realm, string Service, string Scope, RegistryCredentials? Credentials);
