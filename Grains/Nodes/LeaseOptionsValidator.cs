using Microsoft.Extensions.Options;

namespace Warren.Grains.Nodes;

/// <summary>Refuses lease settings that break a rule, when the silo starts; all problems are named.</summary>
internal sealed class LeaseOptionsValidator : IValidateOptions<LeaseOptions>
{
    public ValidateOptionsResult Validate(string? name, LeaseOptions options) =>
        options.Validate() is { IsEmpty: false } problems
            ? ValidateOptionsResult.Fail(problems.Select(problem => $"{nameof(LeaseOptions)}.{problem}"))
            : ValidateOptionsResult.Success;
}
