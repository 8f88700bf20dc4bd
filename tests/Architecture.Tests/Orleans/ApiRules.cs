using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Warren.Architecture.Tests.Sources;

namespace Warren.Architecture.Tests.Orleans;

/// <summary>
/// Whether sources written against the engine would also compile against Orleans, as far as names and signatures tell. The engine is
/// what lies under its folder; the rest of a source set is what uses it.
/// </summary>
internal sealed class ApiRules(SourceSet sources, ApiListing orleans, IReadOnlySet<string> engineOnly)
{
    /// <summary>The engine shows nothing that Orleans lacks, but for what is listed.</summary>
    public IEnumerable<string> Engine()
    {
        foreach (var type in sources.Types().Where(type => IsEngine(type) && PublicApi.IsVisible(type) && !IsListed(type)))
        {
            var members = orleans.MembersOf(PublicApi.Type(type));
            if (members is null)
            {
                yield return $"{PublicApi.Type(type)}: Orleans has no such type";
                continue;
            }

            foreach (var member in PublicApi.Members(type).Where(member => !IsHarmless(member) && !IsListed(member)))
            {
                var line = PublicApi.Member(member);
                if (!members.Contains(line)) yield return $"{PublicApi.Type(type)}: Orleans has no member '{line}'";
            }
        }
    }

    /// <summary>Nothing is listed that is not there, or that Orleans has.</summary>
    public IEnumerable<string> UnusedNames()
    {
        var shown = sources.Types().Where(type => IsEngine(type) && PublicApi.IsVisible(type)).ToArray();
        var types = shown.Where(type => orleans.MembersOf(PublicApi.Type(type)) is null).Select(Name);
        var members = shown.Where(type => !engineOnly.Contains(Name(type))).SelectMany(PublicApi.Members)
            .Where(member => orleans.MembersOf(PublicApi.Type(member.ContainingType))?.Contains(PublicApi.Member(member)) == false)
            .Select(Name);
        return engineOnly.Except(types).Except(members).Select(name => $"{name}: is listed in EngineOnly.cs for no reason");
    }

    /// <summary>Sources outside the engine name nothing that only the engine has, but for what is not built against the official packages.</summary>
    public IEnumerable<string> Uses()
    {
        var forPackages = sources.Trees.Where(IsForPackages).Select(tree => tree.FilePath).ToHashSet();
        foreach (var tree in sources.Trees.Where(tree => !EngineFolders.MayUseEngine(tree.FilePath) && (IsForPackages(tree) || !forPackages.Contains(tree.FilePath))))
        {
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (sources.SymbolOf(name) is not { } symbol || !IsEngine(symbol) || !IsListed(symbol)) continue;
                var line = name.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                yield return $"{tree.FilePath}:{line}: names {Name(symbol)}, which Orleans lacks";
            }
        }
    }

    /// <summary>Whoever implements an interface of Orleans implements all of it, also what the engine's version leaves out.</summary>
    public IEnumerable<string> Implementations()
    {
        foreach (var type in sources.Types().Where(type => type.TypeKind is TypeKind.Class or TypeKind.Struct && !MayUseEngine(type)))
        {
            foreach (var contract in type.AllInterfaces.Select(contract => contract.OriginalDefinition).Where(IsEngine))
            {
                var had = PublicApi.Members(contract).Select(PublicApi.Member);
                foreach (var missing in (orleans.MembersOf(PublicApi.Type(contract)) ?? new HashSet<string>()).Except(had))
                {
                    yield return $"{type.ToDisplayString()}: implements {contract.ToDisplayString()}, "
                        + $"which has '{missing}' in Orleans and not in the engine";
                }
            }
        }
    }

    private static bool IsForPackages(SyntaxTree tree) => tree.Options.PreprocessorSymbolNames.Contains("ORLEANS_PACKAGES");

    private static bool IsEngine(ISymbol symbol) => Files(symbol).Any(EngineFolders.IsEngine);

    private static bool MayUseEngine(ISymbol symbol) => Files(symbol).All(EngineFolders.MayUseEngine);

    private static IEnumerable<string> Files(ISymbol symbol) =>
        symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath);

    /// <summary>Overrides are callable on the base type anyway, and what the compiler adds to a record is not written by anybody.</summary>
    private static bool IsHarmless(ISymbol member) =>
        member.IsOverride || (member.IsImplicitlyDeclared && member is not IMethodSymbol { MethodKind: MethodKind.Constructor });

    private bool IsListed(ISymbol symbol) =>
        engineOnly.Contains(Name(symbol)) || (symbol.ContainingType is { } outer && IsListed(outer));

    private static string Name(ISymbol symbol)
    {
        var definition = symbol.OriginalDefinition;
        var name = definition is IMethodSymbol { MethodKind: MethodKind.Constructor } ? "new" : definition.MetadataName;
        var outer = definition.ContainingType is { } type ? Name(type) : definition.ContainingNamespace.ToDisplayString();
        return $"{outer}.{name}";
    }
}
