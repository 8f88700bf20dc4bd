namespace Warren.Events;

/// <summary>Kinds of objects that events are about.</summary>
[GenerateSerializer]
public enum SubjectKind
{
    /// <summary>The cluster itself.</summary>
    Cluster = 0,

    /// <summary>A service.</summary>
    Service = 1,

    /// <summary>A task.</summary>
    Task = 2,

    /// <summary>A node.</summary>
    Node = 3,

    /// <summary>A secret.</summary>
    Secret = 4,

    /// <summary>A config.</summary>
    Config = 5,

    /// <summary>A volume.</summary>
    Volume = 6,
}
