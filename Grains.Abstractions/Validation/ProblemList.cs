using System.Collections.Immutable;
using System.Globalization;

namespace Warren.Validation;

/// <summary>Collects problems. Paths are given relative to where it stands.</summary>
internal sealed class ProblemList
{
    private readonly ImmutableArray<ValidationProblem>.Builder _problems = ImmutableArray.CreateBuilder<ValidationProblem>();

    public ImmutableArray<ValidationProblem> ToImmutable() => _problems.ToImmutable();

    public void Add(string path, string message) => _problems.Add(new(path, message));

    /// <summary>Takes over the problems of a part.</summary>
    public void AddBelow(string path, IEnumerable<ValidationProblem> problems)
    {
        foreach (var problem in problems)
            Add(problem.Path.Length == 0 ? path : problem.Path[0] == '[' ? path + problem.Path : $"{path}.{problem.Path}", problem.Message);
    }

    public void AtLeast(string path, long value, long min)
    {
        if (value < min) Add(path, string.Create(CultureInfo.InvariantCulture, $"must be at least {min}, was {value}"));
    }

    public void Within(string path, long value, long min, long max)
    {
        if (value < min || value > max) Add(path, string.Create(CultureInfo.InvariantCulture, $"must be {min} to {max}, was {value}"));
    }

    /// <summary>Without an upper limit of its own a time is at most a year, more than any sensible one.</summary>
    public void Within(string path, TimeSpan value, TimeSpan min, TimeSpan? max = null)
    {
        var most = max ?? TimeSpan.FromDays(366);
        if (value < min || value > most) Add(path, $"must be {Text(min)} to {Text(most)}, was {Text(value)}");
    }

    public void Known<T>(string path, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) Add(path, $"must be one of {string.Join(", ", Enum.GetNames<T>())}, was {value}");
    }

    /// <summary>As people write it: <c>90 s</c>, <c>10 min</c>.</summary>
    public static string Text(TimeSpan value) => value switch
    {
        _ when value == TimeSpan.Zero => "0 s",
        _ when value.Ticks % TimeSpan.TicksPerDay == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalDays} days"),
        _ when value.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalHours} h"),
        _ when value.Ticks % TimeSpan.TicksPerMinute == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMinutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds} s"),
    };
}
