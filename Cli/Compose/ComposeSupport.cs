namespace Warren.Cli.Compose;

/// <summary>What becomes of a key of a compose file.</summary>
internal enum ComposeSupport
{
    /// <summary>It is carried out.</summary>
    Read,

    /// <summary>Nothing comes of it, which is said and keeps nothing from running.</summary>
    Noted,

    /// <summary>What it asks for is not there; the file is refused.</summary>
    Refused,
}
