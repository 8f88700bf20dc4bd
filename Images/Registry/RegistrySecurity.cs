namespace Warren.Images.Registry;

/// <summary>How far the connection to a registry is trusted.</summary>
internal enum RegistrySecurity
{
    /// <summary>TLS with a certificate from a known authority.</summary>
    Verified = 0,

    /// <summary>TLS with any certificate.</summary>
    UnverifiedTls = 1,

    /// <summary>No TLS.</summary>
    PlainHttp = 2,
}
