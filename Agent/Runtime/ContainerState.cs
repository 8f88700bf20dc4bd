namespace Warren.Agent.Runtime;

/// <summary>Where a container is in its life. It only advances, so of two observations the greater is the later one.</summary>
public enum ContainerState
{
    /// <summary>It is made and has never run.</summary>
    Created = 10,

    /// <summary>Its first process runs.</summary>
    Running = 20,

    /// <summary>Its first process has ended.</summary>
    Exited = 30,
}
