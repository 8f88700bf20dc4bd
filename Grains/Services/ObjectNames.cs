using System.Collections.Immutable;
using Warren.Containers;
using Warren.References;
using Warren.Secrets;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>Which secrets, configs and volumes a spec names.</summary>
internal static class ObjectNames
{
    /// <summary>An object in one text, for stored maps.</summary>
    public static string Of(ObjectKind kind, string name) => $"{kind}/{name}";

    /// <summary>Each name with its path in the spec.</summary>
    public static IEnumerable<(ObjectKind Kind, string Name, string Path)> In(ServiceSpec spec)
    {
        for (var i = 0; i < spec.Secrets.Length; i++) yield return (ObjectKind.Secret, spec.Secrets[i].Secret.Value, $"secrets[{i}].secret");
        for (var i = 0; i < spec.Configs.Length; i++) yield return (ObjectKind.Config, spec.Configs[i].Config.Value, $"configs[{i}].config");
        for (var i = 0; i < spec.Container.Mounts.Length; i++)
        {
            if (spec.Container.Mounts[i] is { Kind: MountKind.Volume, Source: { } source }) yield return (ObjectKind.Volume, source, $"container.mounts[{i}].source");
        }
    }

    /// <summary>The names of the volumes that versions of a spec mount.</summary>
    public static ImmutableSortedSet<string> Volumes(IEnumerable<ServiceRevision> revisions) =>
        [.. revisions.SelectMany(revision => In(revision.Spec)).Where(name => name.Kind == ObjectKind.Volume).Select(name => name.Name)];

    /// <summary>Whether a spec wants its tasks replaced when the object has another version.</summary>
    public static bool RollsOn(ServiceSpec spec, ObjectKind kind, string name) => kind switch
    {
        ObjectKind.Secret => spec.Secrets.Any(secret => secret.Secret.Value == name && secret.OnChange == ReferencePolicy.Rollout),
        ObjectKind.Config => spec.Configs.Any(config => config.Config.Value == name && config.OnChange == ReferencePolicy.Rollout),
        _ => false,
    };
}
