namespace Orleans;

/// <summary>Values of this type travel between processes: its members marked with <see cref="IdAttribute"/>, and for records the constructor parameters.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute;
