namespace Orleans.Runtime;

/// <summary>What the activations of one grain type have done in one silo since it started.</summary>
internal readonly record struct GrainClassStatistics(
    GrainClass Class, int Activations, long Calls, long Errors, TimeSpan Time, TimeSpan LongestTime);
