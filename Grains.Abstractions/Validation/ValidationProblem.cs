namespace Warren.Validation;

/// <summary>One thing that is wrong with what a user wrote. All problems of an object are reported together.</summary>
/// <param name="Path">Where, from the object's root: <c>update.parallelism</c>, <c>container.env[A=B]</c>, <c>placement.constraints[0]</c>.</param>
/// <param name="Message">The rule and the value: <c>must be at least 1, was 0</c>.</param>
[GenerateSerializer, Alias("warren.validation-problem"), Immutable]
public sealed record ValidationProblem(string Path, string Message)
{
    /// <summary>As it is shown: <c>update.parallelism: must be at least 1, was 0</c>.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
