namespace Orleans.Runtime;

/// <summary>What the activations of one grain type have done in one silo since it started.</summary>
internal readonly record struct GrainClassStatistics(GrainType GrainType, long Activations, long Calls, long Errors, TimeSpan Time);
