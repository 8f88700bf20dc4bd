using Warren.Images;

namespace Warren.Agent.Images;

/// <summary>Finds all problems of the settings at once.</summary>
public static class ImageOptionsValidator
{
    private const string Name = nameof(ImageOptions);

    /// <summary>A line for each problem, with the setting, the rule and the value; none when all is well.</summary>
    public static IReadOnlyList<string> FindProblems(ImageOptions options) =>
    [
        .. RegistryOptionsValidator.FindProblems(options),
        .. OptionRules.AbsolutePath($"{Name}.{nameof(options.DataDirectory)}", options.DataDirectory),
        .. OptionRules.Within(Name, nameof(options.MaxParallelDownloads), options.MaxParallelDownloads, 1, 64),
        .. OptionRules.Within(Name, nameof(options.MaxParallelUnpacks), options.MaxParallelUnpacks, 1, 64),
        .. OptionRules.Positive(Name, nameof(options.DiskTimeout), options.DiskTimeout),
        .. OptionRules.Positive(Name, nameof(options.KeepPartsFor), options.KeepPartsFor),
    ];
}
