using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>
/// What becomes of a service's current version when its image is looked up. An earlier version whose image was not known when this one came stays as it
/// is: its tasks are about to be replaced.
/// </summary>
internal static class RevisionImages
{
    /// <summary>The image to be looked up; null if there is none.</summary>
    public static string? Wanted(ServiceState state) =>
        state.Revisions.IsEmpty || state.IsRemoving || state.Current.Image is not null ? null : state.Current.Spec.Container.Image;

    /// <summary>Whether nothing is known of a version's image yet, not even that it cannot be had: no tasks are made of it until then.</summary>
    public static bool IsUnderWay(ServiceRevision revision) => revision is { Image: null, ImageProblem: null };

    /// <summary>
    /// Takes what the image means. If tasks of the version may have been made without it, it holds for those that are made from now on, which are of
    /// another version that replaces none: what is made from a version never changes.
    /// </summary>
    public static ServiceState Found(ServiceState state, ResolvedImage image, long lastVersion, DateTimeOffset now)
    {
        if (Wanted(state) is null) return state;
        var current = state.Current;
        if (IsUnderWay(current) && !state.Tasks.Values.Any(task => state.Revisions.Any(revision => revision.Version == task.SpecVersion && IsAlike(revision, current))))
            return Change(state, revision => revision with { Image = image });
        var version = Math.Max(lastVersion, current.Version) + 1;
        return state with { Revisions = state.Revisions.Add(current with { Version = version, Image = image, ImageProblem = null, At = now }) };
    }

    /// <summary>Goes on without: tasks are made, and each node finds out for itself.</summary>
    public static ServiceState NotFound(ServiceState state, string problem) =>
        Wanted(state) is null || state.Current.ImageProblem == problem ? state : Change(state, revision => revision with { ImageProblem = problem });

    private static ServiceState Change(ServiceState state, Func<ServiceRevision, ServiceRevision> change) => state with
    {
        Revisions = [.. state.Revisions.Select(revision => IsAlike(revision, state.Current) ? change(revision) : revision)],
    };

    // Versions that came while one lookup was under way wait for the same answer.
    private static bool IsAlike(ServiceRevision revision, ServiceRevision current) =>
        revision.Image is null && revision.ImageProblem == current.ImageProblem && revision.Spec.Container.Image == current.Spec.Container.Image;
}
