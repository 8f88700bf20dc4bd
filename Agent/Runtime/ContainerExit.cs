namespace Warren.Agent.Runtime;

/// <summary>How a container's first process ended.</summary>
/// <param name="Code">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="At">When.</param>
/// <param name="OutOfMemory">Whether the kernel killed a process of the container because its memory limit was reached.</param>
public sealed record ContainerExit(int Code, DateTimeOffset At, bool OutOfMemory)
{
    /// <summary>
    /// The code of a container whose end nobody saw: the machine or the runtime's process for it went down with it. It is no code that
    /// a process can end with.
    /// </summary>
    public const int Unseen = 255 + 1;
}
