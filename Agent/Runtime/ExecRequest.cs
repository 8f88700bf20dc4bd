using System.Collections.Immutable;

namespace Warren.Agent.Runtime;

/// <summary>A further process in a running container.</summary>
public sealed record ExecRequest
{
    /// <summary>Program and arguments; at least one.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Added to the container's environment. Default: none.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Default: the container's user.</summary>
    public string? User { get; init; }

    /// <summary>Default: the container's folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether it has a terminal; its output is one stream then. Default: false.</summary>
    public bool Tty { get; init; }

    /// <summary>Whether its standard input is open. Default: false.</summary>
    public bool Stdin { get; init; }

    /// <summary>The terminal's size at the start. Default: 80 by 24.</summary>
    public TerminalSize Size { get; init; } = new(80, 24);

    /// <summary>Whether it has all capabilities. Default: false.</summary>
    public bool Privileged { get; init; }
}
