namespace Warren.Services;

/// <summary>Which of two tasks in a slot gives way to the other.</summary>
[GenerateSerializer]
public enum UpdateOrder
{
    /// <summary>Start-first; stop-first for a task that holds a volume or a fixed port of its node, or a place under the most per node.</summary>
    Auto = 0,

    /// <summary>The old one is stopped when the new one is ready.</summary>
    StartFirst = 1,

    /// <summary>The new one is started when the old one has ended.</summary>
    StopFirst = 2,
}
