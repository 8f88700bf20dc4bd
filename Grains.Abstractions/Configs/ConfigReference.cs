using Warren.Secrets;

namespace Warren.Configs;

/// <summary>A config as a task gets it: a file.</summary>
[GenerateSerializer, Alias("warren.config-reference"), Immutable]
public sealed record ConfigReference
{
    /// <summary>The config, which must exist.</summary>
    [Id(0)]
    public required ConfigName Config { get; init; }

    /// <summary>Absolute path of the file in the container. Default: <c>/NAME</c>.</summary>
    [Id(1)]
    public string? Target { get; init; }

    /// <summary>Permission bits, 0 to 0777. Default: 0444.</summary>
    [Id(2)]
    public int Mode { get; init; } = Convert.ToInt32("444", 8);

    /// <summary>The number of the owner. Default: 0.</summary>
    [Id(3)]
    public int Uid { get; init; }

    /// <summary>The number of the group. Default: 0.</summary>
    [Id(4)]
    public int Gid { get; init; }

    /// <summary>What a new version means to running tasks. Default: <see cref="ReferencePolicy.Keep"/>.</summary>
    [Id(5)]
    public ReferencePolicy OnChange { get; init; }

    /// <summary>
    /// Name or number of a signal for the container's first process after its file was replaced; only with
    /// <see cref="ReferencePolicy.InPlace"/>. Default: none.
    /// </summary>
    [Id(6)]
    public string? Signal { get; init; }
}
