namespace Warren.Agent.Images;

/// <summary>Finds all problems of the settings at once.</summary>
public static class ImageOptionsValidator
{
    /// <summary>A line for each problem, with the setting, the rule and the value; none when all is well.</summary>
    public static IReadOnlyList<string> FindProblems(ImageOptions options) =>
    [
        .. AbsolutePath(nameof(options.RegistriesFile), options.RegistriesFile),
        .. AbsolutePath(nameof(options.CredentialsFile), options.CredentialsFile),
        .. AbsolutePath(nameof(options.DataDirectory), options.DataDirectory),
        .. Within(nameof(options.MaxParallelDownloads), options.MaxParallelDownloads, 1, 64),
        .. Within(nameof(options.MaxParallelUnpacks), options.MaxParallelUnpacks, 1, 64),
        .. Within(nameof(options.Attempts), options.Attempts, 1, 100),
        .. Positive(nameof(options.ConnectTimeout), options.ConnectTimeout),
        .. Positive(nameof(options.ResponseTimeout), options.ResponseTimeout),
        .. Positive(nameof(options.StallTimeout), options.StallTimeout),
        .. Positive(nameof(options.FirstPause), options.FirstPause),
        .. Positive(nameof(options.MaxPause), options.MaxPause),
        .. Positive(nameof(options.MaxRetryAfter), options.MaxRetryAfter),
        .. Positive(nameof(options.DiskTimeout), options.DiskTimeout),
        .. Positive(nameof(options.KeepPartsFor), options.KeepPartsFor),
        .. Ordered(nameof(options.MaxPause), options.MaxPause, nameof(options.FirstPause), options.FirstPause),
    ];

    private static IEnumerable<string> AbsolutePath(string name, string value)
    {
        if (!Path.IsPathRooted(value)) yield return Problem(name, $"must be an absolute path, was '{value}'");
    }

    private static IEnumerable<string> Within(string name, int value, int least, int most)
    {
        if (value < least || value > most) yield return Problem(name, $"must be from {least} to {most}, was {value}");
    }

    private static IEnumerable<string> Positive(string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(30)) yield return Problem(name, $"must be more than zero and at most 30 days, was {value}");
    }

    private static IEnumerable<string> Ordered(string name, TimeSpan value, string lowerName, TimeSpan lower)
    {
        if (value < lower) yield return Problem(name, $"must not be below {lowerName} ({lower}), was {value}");
    }

    private static string Problem(string name, string rule) => $"{nameof(ImageOptions)}.{name}: {rule}";
}
