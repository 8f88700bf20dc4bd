using Warren.Images;

namespace Warren.Silo.Images;

/// <summary>Finds all problems of the settings at once.</summary>
internal static class ImageResolutionOptionsValidator
{
    private const string Name = nameof(ImageResolutionOptions);

    // Longer would hold up a rollout more than an image that each node finds for itself harms.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);

    /// <summary>A line for each problem; none when all is well.</summary>
    public static IEnumerable<string> FindProblems(ImageResolutionOptions options)
    {
        if (options.WaitLimit < TimeSpan.Zero || options.WaitLimit > s_longestWait)
            yield return $"--image-wait: must be from 0 to {s_longestWait}, was {options.WaitLimit}";
        foreach (var problem in RegistryOptionsValidator.FindProblems(options)
            .Concat(OptionRules.Positive(Name, nameof(options.AnswerLifetime), options.AnswerLifetime))
            .Concat(OptionRules.Positive(Name, nameof(options.RegistryPause), options.RegistryPause))
            .Concat(OptionRules.Within(Name, nameof(options.MaxLookups), options.MaxLookups, 1, 1024)))
        {
            yield return problem;
        }
    }
}
