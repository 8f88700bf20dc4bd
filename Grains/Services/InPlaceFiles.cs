using Warren.Secrets;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>Which version of a spec has what the files of tasks hold now that are replaced in place.</summary>
internal static class InPlaceFiles
{
    /// <summary>
    /// By the version that tasks run, those left out that have nothing to replace: the latest version that mounts the same objects in the same way. A spec that
    /// mounts others is for its own tasks.
    /// </summary>
    public static Dictionary<long, long> Versions(ServiceState state)
    {
        var result = new Dictionary<long, long>();
        for (var i = 0; i < state.Revisions.Length - 1; i++)
        {
            var own = state.Revisions[i];
            if (!HasAny(own.Spec)) continue;
            for (var j = state.Revisions.Length - 1; j > i; j--)
            {
                if (!MountsTheSame(own.Spec, state.Revisions[j].Spec)) continue;
                result.Add(own.Version, state.Revisions[j].Version);
                break;
            }
        }

        return result;
    }

    private static bool HasAny(ServiceSpec spec) =>
        spec.Secrets.Any(secret => secret.OnChange == ReferencePolicy.InPlace) || spec.Configs.Any(config => config.OnChange == ReferencePolicy.InPlace);

    private static bool MountsTheSame(ServiceSpec left, ServiceSpec right) =>
        left.Secrets.SequenceEqual(right.Secrets) && left.Configs.SequenceEqual(right.Configs);
}
