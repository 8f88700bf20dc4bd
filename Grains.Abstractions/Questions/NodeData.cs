namespace Warren.Questions;

/// <summary>Bytes for a node's agent. Without any, and no end, there were none yet.</summary>
[GenerateSerializer, Alias("warren.node-data"), Immutable]
public sealed record NodeData
{
    /// <summary>The bytes. Default: none.</summary>
    [Id(0)]
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether no more come. Default: false.</summary>
    [Id(1)]
    public bool IsEnd { get; init; }

    /// <summary>Whether whoever had them is gone, so that they are not whole. Default: false.</summary>
    [Id(2)]
    public bool IsGone { get; init; }
}
