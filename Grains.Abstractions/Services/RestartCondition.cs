namespace Warren.Services;

/// <summary>After which end a task gets a successor in its slot.</summary>
[GenerateSerializer]
public enum RestartCondition
{
    /// <summary>After every end.</summary>
    Any = 0,

    /// <summary>After an end that was a failure: another exit code than 0, out of memory, a failed liveness probe, a refusal by the node.</summary>
    OnFailure = 1,

    /// <summary>After none. A task lost with its node or moved by a drain gets one all the same.</summary>
    None = 2,
}
