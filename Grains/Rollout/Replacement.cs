using Warren.Containers;
using Warren.Services;

namespace Warren.Grains.Rollout;

/// <summary>In which order a task of a slot gives way to the next.</summary>
internal static class Replacement
{
    /// <summary>Whether the old one must end before the new one starts.</summary>
    public static bool IsStopFirst(ServiceSpec spec) => spec.Update.Order switch
    {
        UpdateOrder.StartFirst => false,
        UpdateOrder.StopFirst => true,
        _ => spec.Container.Mounts.Any(mount => mount.Kind == MountKind.Volume) || spec.Container.Ports.Any(port => port.HostPort is not null),
    };
}
