using System.Collections.Immutable;
using Warren.Containers;
using Warren.Nodes;
using Warren.Services;
using Warren.Volumes;

namespace Warren.Scheduling;

/// <summary>
/// What the tasks of one version of a service need of a node, all that placing looks at. Tasks share one object of it, or objects of the same
/// service and version: those are taken to be alike.
/// </summary>
[GenerateSerializer, Alias("warren.placement-requirements"), Immutable]
public sealed record PlacementRequirements
{
    /// <summary>The service.</summary>
    [Id(0)]
    public required ServiceName Service { get; init; }

    /// <summary>The version of its spec.</summary>
    [Id(1)]
    public required long SpecVersion { get; init; }

    /// <summary>What is set aside for each task.</summary>
    [Id(2)]
    public ResourceAmount Resources { get; init; }

    /// <summary>Ports that each task has for itself on its node.</summary>
    [Id(3)]
    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    /// <summary>Constraints, preferences and strategy.</summary>
    [Id(4)]
    public PlacementSpec Placement { get; init; } = PlacementSpec.Default;

    /// <summary>Platforms for which there is an image. Empty: not known, any.</summary>
    [Id(5)]
    public ImmutableArray<Platform> Platforms { get; init; } = [];

    /// <summary>The image in full form, as nodes name those that they have, to prefer one that has it. Empty: no preference.</summary>
    [Id(6)]
    public string Image { get; init; } = "";

    /// <summary>Volumes that each task uses.</summary>
    [Id(7)]
    public ImmutableArray<VolumeName> Volumes { get; init; } = [];

    /// <summary>The higher, the earlier it is placed.</summary>
    [Id(8)]
    public int Priority { get; init; }

    /// <summary>What the tasks of a version need.</summary>
    public static PlacementRequirements Of(ServiceRevision revision)
    {
        var (spec, container) = (revision.Spec, revision.Spec.Container);
        return new()
        {
            Service = spec.Name,
            SpecVersion = revision.Version,
            Resources = ResourceAmount.ReservedBy(container.Resources),
            HostPorts = HostPort.Of(container),
            Placement = spec.Placement,
            Platforms = revision.Image?.Platforms ?? [],
            Image = revision.Image?.Reference ?? FullName(container.Image),
            Volumes =
            [
                .. container.Mounts
                    .Where(mount => mount.Kind == MountKind.Volume && mount.Source is not null)
                    .Select(mount => new VolumeName(mount.Source!))
                    .Distinct(),
            ],
            Priority = spec.Priority,
        };
    }

    private static string FullName(string image) => ImageReference.TryParse(image, out var reference, out _) ? reference.ToString() : image;
}
