namespace Orleans.Runtime;

/// <summary>A grain type that implements an interface.</summary>
internal readonly record struct GrainTypeCandidate(GrainType GrainType, string ClassName)
{
    public static GrainType Choose(Type interfaceClass, IReadOnlyList<GrainTypeCandidate> candidates, string? classNamePrefix)
    {
        var matching = classNamePrefix is null
            ? candidates
            : [.. candidates.Where(candidate => candidate.ClassName.StartsWith(classNamePrefix, StringComparison.Ordinal))];
        return matching.Count switch
        {
            1 => matching[0].GrainType,
            0 => throw new ArgumentException(
                $"No grain class implements {interfaceClass.FullName}{(classNamePrefix is null ? "" : $" with a name that starts with '{classNamePrefix}'")}. "
                + "Reference the assembly that has it, and make the class public or internal."),
            _ => throw new ArgumentException(
                $"Several grain classes implement {interfaceClass.FullName}: {string.Join(", ", matching.Select(static candidate => candidate.ClassName))}. "
                + "Mark the interface with [DefaultGrainType], or give the class name prefix."),
        };
    }
}
