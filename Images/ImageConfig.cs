using System.Collections.Immutable;

namespace Warren.Images;

/// <summary>The part of an image's config (OCI image specification 1.1) that says how to run it.</summary>
public sealed record ImageConfig
{
    /// <summary>The program and what always precedes the arguments.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>The arguments unless others are given.</summary>
    public ImmutableArray<string> Cmd { get; init; } = [];

    /// <summary>Environment, <c>NAME=value</c>, in the order of the config.</summary>
    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary><c>user[:group]</c>, or empty.</summary>
    public string User { get; init; } = "";

    /// <summary>Absolute path, or empty.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>Name or number of the signal that ends it, or empty.</summary>
    public string StopSignal { get; init; } = "";

    /// <summary>Paths that should be volumes; the agent gives each an anonymous folder that goes with the container.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>Ports it says it listens on, <c>80/tcp</c>.</summary>
    public ImmutableArray<string> ExposedPorts { get; init; } = [];

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
