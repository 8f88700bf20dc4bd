namespace Orleans.Concurrency;

/// <summary>Turns of different calls to this grain may interleave at every await.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;
