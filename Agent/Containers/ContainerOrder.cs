using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.Images;
using Warren.Volumes;

namespace Warren.Agent.Containers;

/// <summary>A container that the agent is to run, with everything it needs to make it. Orders never change; another spec is another order.</summary>
public sealed record ContainerOrder
{
    /// <summary>Its name on this node.</summary>
    public required ContainerId Id { get; init; }

    /// <summary>What the user asked for, validated.</summary>
    public required ContainerSpec Spec { get; init; }

    /// <summary>The volumes that the spec's mounts name.</summary>
    public ImmutableArray<VolumeSpec> Volumes { get; init; } = [];

    /// <summary>Secrets and configs to be found as files. Default: none.</summary>
    public ImmutableArray<ContainerFile> Files { get; init; } = [];

    /// <summary>Who it belongs to, by names of <see cref="OwnerLabels"/> other than the spec hash.</summary>
    public required ImmutableSortedDictionary<string, string> Owner { get; init; }

    /// <summary>The digest to pin the image to, when the manager knows it. Default: what the registry has now, or what is there.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Credentials for the image's registry, from the pull secret. Default: those of the node.</summary>
    public RegistryCredentials? PullCredentials { get; init; }

    /// <summary>The image to get: the spec's, pinned if a digest is known.</summary>
    public ImageReference ImageReference()
    {
        var reference = ImageReferences.Parse(Spec.Image);
        return ImageDigest is null || reference.Digest is not null ? reference : reference.WithDigest(ImageDigest);
    }
}
