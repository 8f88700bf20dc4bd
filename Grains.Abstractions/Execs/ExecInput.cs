namespace Warren.Execs;

/// <summary>What a caller has for its process. With nothing in it, it says that there was nothing for a while, and that the caller is still there.</summary>
[GenerateSerializer, Alias("warren.exec-input"), Immutable]
public sealed record ExecInput
{
    /// <summary>Bytes for its standard input. Default: none.</summary>
    [Id(0)]
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether its standard input ends after these bytes. Default: false.</summary>
    [Id(1)]
    public bool IsEnd { get; init; }

    /// <summary>Columns of its terminal from now on; given together with <see cref="Rows"/>. Default: as before.</summary>
    [Id(2)]
    public int? Columns { get; init; }

    /// <summary>Rows of its terminal from now on.</summary>
    [Id(3)]
    public int? Rows { get; init; }

    /// <summary>A signal for it, by number. Default: none.</summary>
    [Id(4)]
    public int? Signal { get; init; }

    /// <summary>Whether the caller is gone, so that the process has to end. Default: false.</summary>
    [Id(5)]
    public bool IsGone { get; init; }
}
