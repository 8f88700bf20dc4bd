using Orleans.CodeGenerator.Analysis;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Emit;

/// <summary>Writes the class that registers all that was generated for an assembly.</summary>
internal static class ManifestEmitter
{
    private const string Metadata = "global::Orleans.Metadata";
    private const string Runtime = "global::Orleans.Runtime";

    public static string? Emit(
        IEnumerable<SerializableModel> serializables,
        IEnumerable<InterfaceModel> interfaces,
        IEnumerable<GrainClassModel> grainClasses,
        IEnumerable<string> referencedManifests,
        string space)
    {
        var codecs = serializables.Where(x => x.IsValid).OrderBy(x => x.WireName, StringComparer.Ordinal).ToList();
        var proxies = interfaces.Where(x => x.IsValid).OrderBy(x => x.WireName, StringComparer.Ordinal).ToList();
        var classes = grainClasses.Where(x => x.IsValid).OrderBy(x => x.GrainType, StringComparer.Ordinal).ToList();
        var hasOwn = codecs.Count + proxies.Count + classes.Count > 0;
        var manifests = referencedManifests.Concat(hasOwn ? [$"global::{space}.Manifest"] : []).ToList();
        if (manifests.Count == 0) return null;

        var source = new Source();
        foreach (var manifest in manifests) source.Line($"[assembly: {Metadata}.TypeManifest(typeof({manifest}))]");
        if (!hasOwn) return source.ToString();

        source.Line().Line($"namespace {space};").Line();
        source.Line("/// <summary>What was generated for this assembly.</summary>");
        source.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        source.Open($"public sealed class Manifest : {Metadata}.TypeManifest");
        source.Open($"public override void Register({Metadata}.ITypeManifestBuilder builder)");
        foreach (var codec in codecs) EmitCodec(source, codec);
        foreach (var proxy in proxies) EmitInterface(source, proxy);
        foreach (var grainClass in classes) EmitGrainClass(source, grainClass);
        EmitConstructed(source, codecs.SelectMany(x => x.Constructed).Concat(proxies.SelectMany(x => x.Constructed)));
        return source.Close().Close().ToString();
    }

    private static void EmitConstructed(Source source, IEnumerable<ConstructedModel> models)
    {
        var distinct = models.Distinct().OrderBy(x => x.Type, StringComparer.Ordinal).ToList();
        if (distinct.Count == 0) return;
        source.Line("if (global::System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported) return;");
        foreach (var model in distinct) source.Line($"builder.AddConstructed<{model.Type}>(static () => {model.Codec});");
    }

    private static void EmitCodec(Source source, SerializableModel model)
    {
        var name = Names.Literal((model.Kind == SerializableKind.Exception ? "!" : "") + model.WireName);
        if (model.Kind == SerializableKind.Enum)
        {
            source.Line($"builder.AddEnum<{model.Type}>({name});");
            return;
        }

        var codec = CodecEmitter.ClassName(model);
        source.Line(model.OpenType is null
            ? $"builder.AddCodec({name}, typeof({model.Type}), static () => new {codec}());"
            : $"builder.AddGenericCodec({name}, typeof({model.OpenType}), typeof({codec}{model.OpenType.Substring(model.OpenType.LastIndexOf('<'))}));");
    }

    private static void EmitInterface(Source source, InterfaceModel model)
    {
        var grainType = model.DefaultGrainType is { } name ? $"{Runtime}.GrainType.Create({Names.Literal(name)})" : "null";
        source.Line($"builder.AddInterface<{model.Type}>({Runtime}.GrainInterfaceType.Create({Names.Literal(model.WireName)}), "
            + $"static (shared, key) => new {InterfaceEmitter.ProxyName(model)}(shared, key), {grainType});");
        foreach (var method in model.Methods.Where(x => x.IsRegistered))
            source.Line($"builder.AddMethod(0x{method.Id:x16}UL, typeof({method.OwnerType}), {InterfaceEmitter.Options(method)}, static () => new {method.RequestName}());");
    }

    private static void EmitGrainClass(Source source, GrainClassModel model)
    {
        source.Open($"builder.AddGrainClass(new {Metadata}.GrainClassDescriptor");
        source.Line($"GrainType = {Runtime}.GrainType.Create({Names.Literal(model.GrainType)}),");
        source.Line($"GrainClass = typeof({model.Type}),");
        source.Line($"Interfaces = new {Runtime}.GrainInterfaceType[] {{ {string.Join(", ", model.Interfaces.Select(x => $"{Runtime}.GrainInterfaceType.Create({Names.Literal(x)})"))} }},");
        source.Line($"Factory = static context => new {model.Type}({string.Join(", ", model.Arguments)}),");
        if (model.IsReentrant) source.Line("IsReentrant = true,");
        if (model.StatelessWorkerLimit is { } limit) source.Line($"StatelessWorkerLimit = {limit},");
        if (model.CollectionAge is { } age) source.Line($"CollectionAge = {age},");
        source.Close("});");
    }
}
