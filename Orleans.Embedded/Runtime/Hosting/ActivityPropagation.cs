namespace Orleans.Runtime;

/// <summary>Registered where traces are wanted.</summary>
internal sealed class ActivityPropagation;
