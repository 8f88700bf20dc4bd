namespace Warren.References;

/// <summary>What services can use.</summary>
[GenerateSerializer]
public enum ObjectKind
{
    /// <summary>A secret.</summary>
    Secret = 0,

    /// <summary>A config.</summary>
    Config = 1,

    /// <summary>A volume.</summary>
    Volume = 2,
}
