namespace Warren.Services;

/// <summary>One version of a service's spec.</summary>
[GenerateSerializer, Alias("warren.service-revision"), Immutable]
public sealed record ServiceRevision
{
    /// <summary>From 1, one more with every change; goes on after the service was removed and made again.</summary>
    [Id(0)]
    public required long Version { get; init; }

    /// <summary>What the user wrote.</summary>
    [Id(1)]
    public required ServiceSpec Spec { get; init; }

    /// <summary>When it was accepted.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// What the image reference means, as the managers found out before the first task of the version was made: all of its tasks run that, also those
    /// that are made when the tag has moved. Found out only after tasks were made without, it comes as another version, which replaces none of
    /// them: they go on, and whatever is made from then on runs it. Default (null): not known, or not yet; each node asks for itself.
    /// </summary>
    [Id(3)]
    public ResolvedImage? Image { get; init; }

    /// <summary>
    /// The latest version up to this one that began with a change that replaces tasks, see <see cref="ServiceSpecChange.ReplacesTasks"/>: a task of
    /// this version or a later one is up to date.
    /// </summary>
    [Id(4)]
    public required long TaskVersion { get; init; }

    /// <summary>Why the managers do not know what the image reference means, though they have asked, for people. Null: they do, or have yet to hear.</summary>
    [Id(5)]
    public string? ImageProblem { get; init; }
}
