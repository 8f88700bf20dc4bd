using Warren.Images;

namespace Warren.Agent.Images;

/// <summary>How an image is got.</summary>
public sealed record PullOptions
{
    /// <summary>Credentials of the registry only if it asks; an image of that name that is there will do.</summary>
    public static PullOptions Default { get; } = new();

    /// <summary>From the task's pull secret; goes before the node's credentials file. Default: none.</summary>
    public RegistryCredentials? Credentials { get; init; }

    /// <summary>Whether the registry is asked although an image of that name is there. A digest is never asked for again. Default: false.</summary>
    public bool Refresh { get; init; }
}
