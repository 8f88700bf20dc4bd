using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Warren.Architecture.Tests.Sources;

/// <summary>
/// C# files, parsed, and bound together as if they were one program. Duplicate names and missing packages leave errors in it,
/// which do no harm: a name that does not bind is judged by how it is written.
/// </summary>
internal sealed class SourceSet
{
    /// <summary>What the projects import without saying so: the SDK's list and that of Orleans.props.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Orleans;
        global using Orleans.Hosting;
        global using Orleans.Runtime;
        """;

    /// <summary>What these tests themselves run on: the base and the web framework.</summary>
    private static readonly MetadataReference[] s_platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<SyntaxTree, SemanticModel> _models = [];

    private SourceSet(IReadOnlyList<SyntaxTree> trees)
    {
        Trees = trees;
        _compilation = CSharpCompilation.Create("sources", [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings)], s_platform);
    }

    public IReadOnlyList<SyntaxTree> Trees { get; }

    /// <summary>Every file twice where it looks at ORLEANS_PACKAGES, so that neither branch escapes.</summary>
    public static SourceSet Of(IEnumerable<(string File, string Text)> sources) => new([.. sources.SelectMany(Parse)]);

    public static SourceSet Of(string file, string text) => Of([(file, text)]);

    /// <summary>The type of an expression; null or an error type where it does not bind.</summary>
    public ITypeSymbol? TypeOf(SyntaxNode expression) => ModelOf(expression).GetTypeInfo(expression).Type;

    /// <summary>What a name means, or null where it does not bind; of an extension method, its declaration.</summary>
    public ISymbol? SymbolOf(SyntaxNode name)
    {
        var symbol = ModelOf(name).GetSymbolInfo(name).Symbol;
        return symbol is IMethodSymbol { ReducedFrom: { } declared } ? declared : symbol;
    }

    /// <summary>All types that the sources declare, nested ones included.</summary>
    public IEnumerable<INamedTypeSymbol> Types() => TypesIn(_compilation.Assembly.GlobalNamespace);

    private static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceOrTypeSymbol parent) =>
        parent.GetMembers().SelectMany(member => member switch
    {
        INamespaceSymbol space => TypesIn(space),
        INamedTypeSymbol type => TypesIn(type).Prepend(type),
        _ => [],
    });

    private SemanticModel ModelOf(SyntaxNode node)
    {
        if (!_models.TryGetValue(node.SyntaxTree, out var model))
        {
            model = _compilation.GetSemanticModel(node.SyntaxTree);
            _models.Add(node.SyntaxTree, model);
        }

        return model;
    }

    private static IEnumerable<SyntaxTree> Parse((string File, string Text) source)
    {
        var text = SourceText.From(source.Text);
        yield return CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default, source.File);
        if (source.Text.Contains("ORLEANS_PACKAGES", StringComparison.Ordinal))
        {
            yield return CSharpSyntaxTree.ParseText(
                text, CSharpParseOptions.Default.WithPreprocessorSymbols("ORLEANS_PACKAGES"), source.File);
        }
    }
}
