using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Orleans.CodeGenerator;

namespace Orleans.Embedded.CodeGenerator.Tests;

/// <summary>What the generator makes of some sources.</summary>
internal sealed class Generated
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp13);

    // The runtime's own assemblies, and the engine among the test's dependencies.
    private static readonly ImmutableArray<MetadataReference> References = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("Orleans.Embedded.CodeGenerator", StringComparison.Ordinal))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToImmutableArray();

    private readonly GeneratorDriver _driver;

    private Generated(GeneratorDriver driver, CSharpCompilation input)
    {
        _driver = driver.RunGeneratorsAndUpdateCompilation(input, out var output, out var diagnostics);
        Input = input;
        Output = output;
        Diagnostics = diagnostics;
        Result = _driver.GetRunResult().Results.Single();
    }

    public CSharpCompilation Input { get; }

    public Compilation Output { get; }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    public GeneratorRunResult Result { get; }

    /// <summary>What the compiler says of sources and generated code together, warnings of the sources left out.</summary>
    public IEnumerable<Diagnostic> Errors => Output.GetDiagnostics().Where(x => x.Severity == DiagnosticSeverity.Error);

    public string Manifest => Text("Manifest");

    public static Generated From(params string[] sources) => From("Sample", [], sources);

    public static Generated From(string assemblyName, IEnumerable<MetadataReference> references, params string[] sources)
    {
        var driver = CSharpGeneratorDriver.Create(
            [new OrleansGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var trees = sources.Select((source, i) => CSharpSyntaxTree.ParseText(Usings + source, ParseOptions, $"{i}.cs"));
        return new Generated(driver, CSharpCompilation.Create(assemblyName, trees, [.. References, .. references], options));
    }

    /// <summary>The generator runs again, over changed sources, with what it kept of the first run.</summary>
    public Generated Edit(int source, Func<string, string> change)
    {
        var tree = Input.SyntaxTrees[source];
        return new Generated(_driver, Input.ReplaceSyntaxTree(tree, tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(change(tree.ToString())))));
    }

    /// <summary>The generated file whose name has <paramref name="part"/>.</summary>
    public string Text(string part) =>
        Result.GeneratedSources.Single(x => x.HintName.Contains(part, StringComparison.Ordinal)).SourceText.ToString();

    /// <summary>Why each result of a step was made anew or kept.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) =>
        [.. Result.TrackedSteps[step].SelectMany(x => x.Outputs).Select(x => x.Reason)];

    /// <summary>The same for the files.</summary>
    public IReadOnlyList<IncrementalStepRunReason> OutputReasons() =>
        [.. Result.TrackedOutputSteps.SelectMany(x => x.Value).SelectMany(x => x.Outputs).Select(x => x.Reason)];

    public MetadataReference ToReference() => Output.ToMetadataReference();

    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Threading;
        using System.Threading.Tasks;
        using Orleans;
        using Orleans.Concurrency;
        using Orleans.Runtime;

        """;
}
