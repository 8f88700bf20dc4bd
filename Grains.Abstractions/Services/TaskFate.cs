namespace Warren.Services;

/// <summary>What would become of a task if a spec were written.</summary>
public enum TaskFate
{
    /// <summary>It goes on as it is.</summary>
    Keep = 0,

    /// <summary>Another task takes its place.</summary>
    Replace = 1,

    /// <summary>It would be made; there is none in its slot.</summary>
    Create = 2,

    /// <summary>It ends, and nothing takes its place.</summary>
    Stop = 3,
}
