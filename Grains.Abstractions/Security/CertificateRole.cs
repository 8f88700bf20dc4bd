namespace Warren.Security;

/// <summary>What the holder of a certificate is to the cluster, which decides what it may do.</summary>
public enum CertificateRole
{
    /// <summary>A worker: its own node, and nothing else.</summary>
    Worker = 1,

    /// <summary>A manager: everything.</summary>
    Manager = 2,

    /// <summary>An operator or a program of theirs: the public API.</summary>
    Client = 3,
}
