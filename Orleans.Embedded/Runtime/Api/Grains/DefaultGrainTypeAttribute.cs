namespace Orleans.Metadata;

/// <summary>The grain type that implements this interface when several do.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class DefaultGrainTypeAttribute : Attribute
{
    public DefaultGrainTypeAttribute(string grainType) => GrainType = grainType;

    internal string GrainType { get; }
}
