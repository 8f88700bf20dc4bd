using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Execs;

/// <summary>A further process that is wanted in the container of a running task. Nothing of it is stored.</summary>
[GenerateSerializer, Alias("warren.exec-spec"), Immutable]
public sealed record ExecSpec
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required TaskId Task { get; init; }

    /// <summary>Program and arguments; at least one.</summary>
    [Id(1)]
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Added to the container's environment. Default: nothing.</summary>
    [Id(2)]
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Who it runs as, as in a container's spec. Default: the container's user.</summary>
    [Id(3)]
    public string? User { get; init; }

    /// <summary>An absolute path in the container. Default: the container's folder.</summary>
    [Id(4)]
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether it has a terminal; its output is one stream then. Default: false.</summary>
    [Id(5)]
    public bool HasTerminal { get; init; }

    /// <summary>Whether its standard input is open. Default: false.</summary>
    [Id(6)]
    public bool HasInput { get; init; }

    /// <summary>Columns of its terminal at the start. Default: 80.</summary>
    [Id(7)]
    public int Columns { get; init; } = 80;

    /// <summary>Rows of its terminal at the start. Default: 24.</summary>
    [Id(8)]
    public int Rows { get; init; } = 24;
}
