using Microsoft.Extensions.Options;

namespace Warren.Silo.Stores;

/// <summary>Finds all problems of the settings at once.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        var problems = FindProblems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    internal static IEnumerable<string> FindProblems(StoreOptions options) =>
    [
        .. Database(options),
        .. AtLeastOne(nameof(options.MaxBatchRows), options.MaxBatchRows),
        .. AtLeastOne(nameof(options.ForegroundBatchRows), options.ForegroundBatchRows),
        .. AtLeastOne(nameof(options.MaxBatchCharacters), options.MaxBatchCharacters),
        .. AtLeastOne(nameof(options.QueueCapacity), options.QueueCapacity),
        .. AtLeastOne(nameof(options.Readers), options.Readers),
        .. AtLeastOne(nameof(options.MaxReadBatch), options.MaxReadBatch),
        .. NotBelow(nameof(options.MaxPending), options.MaxPending, nameof(options.QueueCapacity), options.QueueCapacity),
        .. Positive(nameof(options.ConnectTimeout), options.ConnectTimeout),
        .. Positive(nameof(options.CommandTimeout), options.CommandTimeout),
        .. Positive(nameof(options.LockTimeout), options.LockTimeout),
        .. NotBelow(nameof(options.CommandTimeout), options.CommandTimeout, nameof(options.LockTimeout), options.LockTimeout),
        .. Positive(nameof(options.OutcomeTimeout), options.OutcomeTimeout),
        .. Positive(nameof(options.ReconnectDelay), options.ReconnectDelay),
        .. NotBelow(nameof(options.MaxReconnectDelay), options.MaxReconnectDelay, nameof(options.ReconnectDelay), options.ReconnectDelay),
        .. Names(options.StorageNames),
        .. Formats(options.StateFormats),
    ];

    private static IEnumerable<string> Database(StoreOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.SqliteFile) == string.IsNullOrWhiteSpace(options.PostgresConnectionString))
        {
            yield return $"{nameof(StoreOptions)}: exactly one of {nameof(options.SqliteFile)} and "
                + $"{nameof(options.PostgresConnectionString)} must be set";
        }
        else if (options.PostgresConnectionString is { } text && PostgresSettings.FindProblem(text) is { } problem)
        {
            yield return Problem(nameof(options.PostgresConnectionString), problem);
        }
        else if (options.SqliteFile is { } file && Path.EndsInDirectorySeparator(file))
        {
            yield return Problem(nameof(options.SqliteFile), $"must name a file, was '{file}'");
        }
    }

    private static IEnumerable<string> AtLeastOne(string name, int value)
    {
        if (value < 1) yield return Problem(name, $"must be at least 1, was {value}");
    }

    private static IEnumerable<string> Positive(string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            yield return Problem(name, $"must be more than zero and at most a day, was {value}");
    }

    private static IEnumerable<string> NotBelow<T>(string name, T value, string lowerName, T lower)
        where T : IComparable<T>
    {
        if (value.CompareTo(lower) < 0) yield return Problem(name, $"must not be below {lowerName} ({lower}), was {value}");
    }

    private static IEnumerable<string> Names(IList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var path = $"{nameof(StoreOptions.StorageNames)}[{i}]";
            if (string.IsNullOrWhiteSpace(names[i])) yield return Problem(path, "must not be empty");
            else if (names.IndexOf(names[i]) < i) yield return Problem(path, $"repeats '{names[i]}'");
        }
    }

    private static IEnumerable<string> Formats(IList<StateFormat> formats)
    {
        for (var i = 0; i < formats.Count; i++)
        {
            var format = formats[i];
            var path = $"{nameof(StoreOptions.StateFormats)}[{i}] ({format.StateType.Name})";
            if (formats.Take(i).Any(other => other.StateType == format.StateType)) yield return Problem(path, "the type is listed already");
            if (format.Writes < 1) yield return Problem(path, $"Writes must be at least 1, was {format.Writes}");
            if (format.Reads < format.Writes)
                yield return Problem(path, $"Reads must not be below Writes ({format.Writes}), was {format.Reads}");
            if (format is { Reads: > 1, Convert: null })
                yield return Problem(path, $"{nameof(format.Convert)} must be set where there is more than one form");
        }
    }

    private static string Problem(string path, string rule) => $"{nameof(StoreOptions)}.{path}: {rule}";
}
