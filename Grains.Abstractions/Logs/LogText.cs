namespace Warren.Logs;

/// <summary>A line of a task's output, or a part of one that is very long.</summary>
[GenerateSerializer, Alias("warren.log-text"), Immutable]
public sealed record LogText
{
    /// <summary>When it was written, by the node's clock.</summary>
    [Id(0)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it was written to the standard error.</summary>
    [Id(1)]
    public bool IsError { get; init; }

    /// <summary>The bytes, without the line end.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>Whether the line goes on in the next one of the same stream.</summary>
    [Id(3)]
    public bool IsPartial { get; init; }
}
