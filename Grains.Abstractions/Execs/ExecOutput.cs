namespace Warren.Execs;

/// <summary>What comes from a process, in the order in which it came.</summary>
[GenerateSerializer, Alias("warren.exec-output"), Immutable]
public sealed record ExecOutput
{
    /// <summary>What it is.</summary>
    [Id(0)]
    public required ExecOutputKind Kind { get; init; }

    /// <summary>Bytes that it wrote, with <see cref="ExecOutputKind.Stdout"/> and <see cref="ExecOutputKind.Stderr"/>.</summary>
    [Id(1)]
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>With <see cref="ExecOutputKind.Exited"/>: its exit code; 128 + n when signal n ended it.</summary>
    [Id(2)]
    public int ExitCode { get; init; }

    /// <summary>Why it is not there, for people, with <see cref="ExecOutputKind.Invalid"/> and the kinds after it.</summary>
    [Id(3)]
    public string Reason { get; init; } = "";
}
