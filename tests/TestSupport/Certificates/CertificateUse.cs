namespace Warren.TestSupport.Certificates;

/// <summary>What a certificate may be used for.</summary>
[Flags]
public enum CertificateUse
{
    /// <summary>For those that are dialled.</summary>
    Server = 1,

    /// <summary>For those that dial.</summary>
    Client = 2,

    /// <summary>For silos, which do both.</summary>
    Both = Server | Client,
}
