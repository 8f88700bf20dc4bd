namespace Orleans.Runtime;

/// <summary>Collects what is wrong with options, so that all of it is said at once.</summary>
internal sealed class OptionsProblems
{
    private readonly List<string> _problems = [];

    public OptionsProblems Positive(string option, TimeSpan value)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan) _problems.Add($"{option}: must be more than zero, was {value}");
        return this;
    }

    public OptionsProblems Within(string option, int value, int least, int most)
    {
        if (value < least || value > most) _problems.Add($"{option}: must be from {least} to {most}, was {value}");
        return this;
    }

    public OptionsProblems NotEmpty(string option, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) _problems.Add($"{option}: must not be empty");
        return this;
    }

    public OptionsProblems That(bool holds, string problem)
    {
        if (!holds) _problems.Add(problem);
        return this;
    }

    public OptionsProblems All(IEnumerable<string> problems)
    {
        _problems.AddRange(problems);
        return this;
    }

    /// <exception cref="OrleansConfigurationException">There is a problem.</exception>
    public void ThrowIfAny(string what)
    {
        if (_problems.Count > 0) throw new OrleansConfigurationException($"{what} cannot start: {string.Join("; ", _problems)}.");
    }
}
