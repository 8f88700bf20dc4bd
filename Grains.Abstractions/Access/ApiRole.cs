namespace Warren.Access;

/// <summary>What the holder of an API token may do. Each role may do what those before it may.</summary>
public enum ApiRole
{
    /// <summary>Looks at everything but tokens, certificates and the audit log, and changes nothing.</summary>
    Viewer,

    /// <summary>Runs services: writes them, secrets, configs and volumes, executes commands in tasks, and takes nodes out of use and back.</summary>
    Operator,

    /// <summary>All: also who belongs to the cluster, its keys, tokens and certificates, and the audit log.</summary>
    Admin,
}
