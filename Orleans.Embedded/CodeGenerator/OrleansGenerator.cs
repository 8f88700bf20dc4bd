using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Orleans.CodeGenerator.Analysis;
using Orleans.CodeGenerator.Emit;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator;

/// <summary>
/// Generates what the actor engine needs at run time: codecs of serialisable types, proxies and requests of grain interfaces, and
/// descriptors of grain classes. Types are found by their full names, so that the generator depends on no version of the engine.
/// </summary>
[Generator(LanguageNames.CSharp)]
internal sealed class OrleansGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps whose results are kept between runs.</summary>
    public const string SerializableStep = "Serializable", InterfaceStep = "Interface", GrainClassStep = "GrainClass", ReferenceStep = "References";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var space = context.CompilationProvider.Select(static (compilation, _) => Names.Namespace(compilation.AssemblyName));
        var references = context.CompilationProvider
            .Select(static (compilation, _) => References.Manifests(compilation).ToEquatableArray())
            .WithTrackingName(ReferenceStep);
        var serializables = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Attributes.GenerateSerializer,
                static (node, _) => node is TypeDeclarationSyntax or EnumDeclarationSyntax,
                static (found, _) => SerializableReader.Read((INamedTypeSymbol)found.TargetSymbol))
            .WithTrackingName(SerializableStep);
        var interfaces = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => node is InterfaceDeclarationSyntax, static (found, _) => TryReadInterface(found))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(InterfaceStep);
        var grainClasses = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => MayBeGrainClass(node), static (found, _) => TryReadGrainClass(found))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(GrainClassStep);

        context.RegisterSourceOutput(serializables.Combine(space), static (output, input) => Emit(output, input.Left, input.Right));
        context.RegisterSourceOutput(interfaces.Combine(space), static (output, input) => Emit(output, input.Left, input.Right));
        context.RegisterSourceOutput(grainClasses, static (output, model) => Report(output, model.Diagnostics));

        var all = serializables.Collect().Combine(interfaces.Collect()).Combine(grainClasses.Collect()).Combine(references).Combine(space);
        context.RegisterSourceOutput(all, static (output, input) =>
        {
            var ((((codecs, proxies), classes), manifests), name) = input;
            EmitManifest(output, codecs, proxies, classes, manifests, name);
        });
    }

    private static bool MayBeGrainClass(SyntaxNode node) => node is ClassDeclarationSyntax type
        && (type.BaseList is not null || type.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static InterfaceModel? TryReadInterface(GeneratorSyntaxContext found) =>
        FirstDeclared(found) is { } type && Types.IsAddressable(type) ? InterfaceReader.Read(type) : null;

    private static GrainClassModel? TryReadGrainClass(GeneratorSyntaxContext found) =>
        FirstDeclared(found) is { } type && GrainClassReader.IsGrainClass(type) ? GrainClassReader.Read(type) : null;

    // A partial type has several declarations; it is read at the first.
    private static INamedTypeSymbol? FirstDeclared(GeneratorSyntaxContext found) =>
        found.SemanticModel.GetDeclaredSymbol(found.Node) is INamedTypeSymbol { DeclaringSyntaxReferences: [var first, ..] } type
        && first.SyntaxTree == found.Node.SyntaxTree && first.Span == found.Node.Span
            ? type
            : null;

    private static void Emit(SourceProductionContext output, SerializableModel model, string space)
    {
        Report(output, model.Diagnostics);
        if (model.IsValid && model.Kind != SerializableKind.Enum) output.AddSource($"Codec.{model.HintName}.g.cs", CodecEmitter.Emit(model, space));
    }

    private static void Emit(SourceProductionContext output, InterfaceModel model, string space)
    {
        Report(output, model.Diagnostics);
        if (model.IsValid) output.AddSource($"Proxy.{model.HintName}.g.cs", InterfaceEmitter.Emit(model, space));
    }

    private static void EmitManifest(
        SourceProductionContext output,
        ImmutableArray<SerializableModel> codecs,
        ImmutableArray<InterfaceModel> proxies,
        ImmutableArray<GrainClassModel> classes,
        EquatableArray<string> manifests,
        string space)
    {
        foreach (var group in classes.Where(x => x.IsValid).GroupBy(x => x.GrainType).Where(x => x.Count() > 1))
        {
            var types = group.OrderBy(x => x.Type, StringComparer.Ordinal).ToList();
            output.ReportDiagnostic(Diagnostic.Create(Rules.DuplicateGrainType, Location.None, types[0].Type, types[1].Type, group.Key));
        }

        var methods = proxies.Where(x => x.IsValid).SelectMany(x => x.Methods.Where(method => method.IsRegistered));
        foreach (var group in methods.GroupBy(x => x.Id).Where(x => x.Count() > 1))
        {
            var names = group.Select(x => $"{x.OwnerType}.{x.Name}").OrderBy(x => x, StringComparer.Ordinal).ToList();
            output.ReportDiagnostic(Diagnostic.Create(Rules.MethodCollision, Location.None, names[0], names[1]));
        }

        if (ManifestEmitter.Emit(codecs, proxies, classes, manifests, space) is { } text) output.AddSource("Manifest.g.cs", text);
    }

    private static void Report(SourceProductionContext output, EquatableArray<DiagnosticInfo> diagnostics)
    {
        foreach (var diagnostic in diagnostics) output.ReportDiagnostic(diagnostic.ToDiagnostic());
    }
}
