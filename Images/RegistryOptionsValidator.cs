namespace Warren.Images;

/// <summary>Finds all problems of the settings at once.</summary>
public static class RegistryOptionsValidator
{
    /// <summary>A line for each problem, with the setting, the rule and the value; none when all is well.</summary>
    public static IEnumerable<string> FindProblems(RegistryOptions options)
    {
        var name = options.GetType().Name;
        return
        [
            .. OptionRules.AbsolutePath("--registries-file", options.RegistriesFile),
            .. OptionRules.AbsolutePath("--registry-credentials-file", options.CredentialsFile),
            .. OptionRules.Within(name, nameof(options.Attempts), options.Attempts, 1, 100),
            .. OptionRules.Positive(name, nameof(options.ConnectTimeout), options.ConnectTimeout),
            .. OptionRules.Positive(name, nameof(options.ResponseTimeout), options.ResponseTimeout),
            .. OptionRules.Positive(name, nameof(options.StallTimeout), options.StallTimeout),
            .. OptionRules.Positive(name, nameof(options.FirstPause), options.FirstPause),
            .. OptionRules.Positive(name, nameof(options.MaxPause), options.MaxPause),
            .. OptionRules.Positive(name, nameof(options.MaxRetryAfter), options.MaxRetryAfter),
            .. OptionRules.NotBelow(name, nameof(options.MaxPause), options.MaxPause, nameof(options.FirstPause), options.FirstPause),
        ];
    }
}
