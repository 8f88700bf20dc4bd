namespace Orleans.Serialization.Invocation;

/// <summary>The result of methods that return nothing.</summary>
public readonly struct NoResult;
