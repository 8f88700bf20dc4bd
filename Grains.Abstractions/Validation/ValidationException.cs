using System.Collections.Immutable;

namespace Warren;

/// <summary>What was asked for breaks rules. All of them are named.</summary>
[GenerateSerializer, Alias("warren.validation-exception"), Immutable]
public sealed class ValidationException : Exception
{
    /// <summary>For a thing with problems.</summary>
    /// <param name="thing">What was checked: <c>service web</c>.</param>
    /// <param name="problems">At least one.</param>
    public ValidationException(string thing, ImmutableArray<Validation.ValidationProblem> problems)
        : base($"{thing} is not accepted: {string.Join("; ", problems)}") => Problems = problems;

    /// <summary>All problems, each with its path.</summary>
    [Id(0)]
    public ImmutableArray<Validation.ValidationProblem> Problems { get; }
}
