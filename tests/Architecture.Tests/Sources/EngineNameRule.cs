using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Warren.Architecture.Tests.Sources;

/// <summary>Sources outside the engine use Orleans' own names, so that the official packages can take its place.</summary>
internal static class EngineNameRule
{
    private const string EngineName = "Orleans.Embedded";

    /// <summary>Names, and strings in which reflection or configuration could hide one.</summary>
    public static IEnumerable<string> Sources(SourceSet sources)
    {
        foreach (var tree in sources.Trees.Where(tree => !EngineFolders.MayUseEngine(tree.FilePath)))
        {
            var root = tree.GetRoot();
            var names = root.DescendantNodes()
                .Where(node => node is QualifiedNameSyntax or MemberAccessExpressionSyntax
                    && WithoutSpace(node.ToString()) is EngineName or "global::" + EngineName)
                .Select(node => node.SpanStart);
            var strings = root.DescendantTokens()
                .Where(token => IsText(token.Kind()) && token.ValueText.Contains(EngineName, StringComparison.Ordinal))
                .Select(token => token.SpanStart);
            foreach (var position in names.Concat(strings))
            {
                var line = tree.GetText().Lines.GetLineFromPosition(position).LineNumber + 1;
                yield return $"{tree.FilePath}:{line}: names {EngineName}, which the official packages lack";
            }
        }
    }

    /// <summary>Friends of the engine stand in its project files, where another rule sees them.</summary>
    public static IEnumerable<string> FriendAttributes(SourceSet sources) =>
        from tree in sources.Trees
        where EngineFolders.IsEngine(tree.FilePath)
        from attribute in tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString().Contains("InternalsVisibleTo", StringComparison.Ordinal)
        select $"{tree.FilePath}: names a friend of the engine; that belongs in its project file";

    private static bool IsText(SyntaxKind kind) => kind is SyntaxKind.StringLiteralToken
        or SyntaxKind.SingleLineRawStringLiteralToken
        or SyntaxKind.MultiLineRawStringLiteralToken
        or SyntaxKind.Utf8StringLiteralToken
        or SyntaxKind.InterpolatedStringTextToken;

    private static string WithoutSpace(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
}
