using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>The generated code of referenced assemblies, which an assembly names so that it is found when only that one is loaded.</summary>
internal static class References
{
    public static IEnumerable<string> Manifests(Compilation compilation)
    {
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            if (IsFramework(assembly.Name)) continue;
            foreach (var attribute in assembly.GetAttributes())
            {
                if (attribute.AttributeClass is { Name: "TypeManifestAttribute" } type
                    && Types.Is(type, "Orleans.Metadata.TypeManifestAttribute")
                    && attribute.ConstructorArguments is [{ Value: INamedTypeSymbol { DeclaredAccessibility: Accessibility.Public } manifest }]
                    && SymbolEqualityComparer.Default.Equals(manifest.ContainingAssembly, assembly))
                {
                    yield return Names.Plain(manifest);
                }
            }
        }
    }

    private static bool IsFramework(string name) =>
        name is "mscorlib" or "netstandard"
        || name.StartsWith("System", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
