using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Warren.Architecture.Tests.Sources;

/// <summary>containerd's types stay in the adapters to it, so that the agent works with any runtime.</summary>
internal static class ContainerdNameRule
{
    private const string Api = "Containerd.Api";

    private static readonly string[] s_adapters =
    [
        "Agent/Runtime/Containerd/", "Agent/Images/Containerd/", "tests/Agent.Containers.Tests/", "tests/Agent.Tests/Runtime/Containerd/",
        "tests/Agent.Tests/Images/Containerd/",
    ];

    public static IEnumerable<string> Sources(SourceSet sources) =>
        from tree in sources.Trees
        where !s_adapters.Any(folder => tree.FilePath.StartsWith(folder, StringComparison.Ordinal))
        from node in tree.GetRoot().DescendantNodes()
        where node is QualifiedNameSyntax or MemberAccessExpressionSyntax
        let name = string.Concat(node.ToString().Where(letter => !char.IsWhiteSpace(letter)))
        where name == Api || name.EndsWith("." + Api, StringComparison.Ordinal)
        let line = tree.GetText().Lines.GetLineFromPosition(node.SpanStart).LineNumber + 1
        select $"{tree.FilePath}:{line}: names {Api}, which belongs to the adapters to containerd; use IContainerRuntime or IImageStore";
}
