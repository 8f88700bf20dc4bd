namespace Orleans.CodeGenerator.Model;

/// <summary>An array, enum or constructed generic type that occurs somewhere.</summary>
/// <param name="Type">The C# name.</param>
/// <param name="Codec">A C# expression that makes its codec.</param>
internal sealed record ConstructedModel(string Type, string Codec);
