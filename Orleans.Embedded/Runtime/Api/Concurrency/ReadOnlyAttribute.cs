namespace Orleans.Concurrency;

/// <summary>The method does not change the grain: calls of such methods may interleave with one another.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
