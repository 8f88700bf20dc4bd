namespace Orleans;

/// <summary>The grain type of a class. Default: the class name in lower case without a trailing <c>Grain</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    internal string GrainType { get; } = grainType;
}
