namespace Orleans.Connections.Security;

/// <summary>What is demanded of a certificate.</summary>
public enum RemoteCertificateMode
{
    /// <summary>None is asked for.</summary>
    NoCertificate = 0,

    /// <summary>One may be shown; if it is, it must be valid.</summary>
    AllowCertificate = 1,

    /// <summary>A valid one must be shown.</summary>
    RequireCertificate = 2,
}
