namespace Warren.Nodes;

/// <summary>A secret or config as a file in a container.</summary>
[GenerateSerializer, Alias("warren.task-file"), Immutable]
public sealed record TaskFile
{
    /// <summary>Absolute path in the container.</summary>
    [Id(0)]
    public required string Target { get; init; }

    /// <summary>The content.</summary>
    [Id(1)]
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Permission bits.</summary>
    [Id(2)]
    public required int Mode { get; init; }

    /// <summary>The number of the owner.</summary>
    [Id(3)]
    public required int Uid { get; init; }

    /// <summary>The number of the group.</summary>
    [Id(4)]
    public required int Gid { get; init; }

    /// <summary>Whether the content must never be shown or written to a disk.</summary>
    [Id(5)]
    public required bool IsSecret { get; init; }

    /// <summary>Whether it is replaced while the task runs, when there is another content. Default: false.</summary>
    [Id(6)]
    public bool IsInPlace { get; init; }

    /// <summary>Name or number of the signal for the first process after it was replaced. Default (null): none.</summary>
    [Id(7)]
    public string? Signal { get; init; }

    /// <summary>Whether the content is a template, whose fields the node fills in for each task. Default: false.</summary>
    [Id(8)]
    public bool IsTemplate { get; init; }

    /// <summary>Tells nothing of the content.</summary>
    public override string ToString() => $"{Target} ({Content.Length} bytes)";
}
