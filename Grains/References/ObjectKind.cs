namespace Warren.Grains.References;

/// <summary>What services can use.</summary>
internal enum ObjectKind
{
    /// <summary>A secret.</summary>
    Secret,

    /// <summary>A config.</summary>
    Config,

    /// <summary>A volume.</summary>
    Volume,
}
