using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Orleans.CodeGenerator.Model;

/// <summary>A diagnostic without the syntax it was found in, so that it can be compared and kept.</summary>
internal sealed record DiagnosticInfo(
    DiagnosticDescriptor Descriptor, string FilePath, TextSpan Span, LinePositionSpan Lines, EquatableArray<string> Arguments)
{
    public static DiagnosticInfo Create(DiagnosticDescriptor descriptor, ISymbol symbol, params string[] arguments)
    {
        var location = symbol.Locations.FirstOrDefault(x => x.IsInSource) ?? Location.None;
        var lines = location.GetLineSpan();
        return new DiagnosticInfo(descriptor, lines.Path ?? "", location.SourceSpan, lines.Span, arguments.ToEquatableArray());
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        Descriptor, FilePath.Length == 0 ? Location.None : Location.Create(FilePath, Span, Lines), [.. Arguments]);
}
