using Orleans.CodeGenerator.Analysis;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Emit;

/// <summary>Writes the proxy of a grain interface and the requests of its methods.</summary>
internal static class InterfaceEmitter
{
    private const string Runtime = "global::Orleans.Runtime";
    private const string Invocation = "global::Orleans.Serialization.Invocation";

    public static string ProxyName(InterfaceModel model) => "Proxy_" + model.HintName;

    public static string Options(MethodModel method) => method.Options.Count == 0
        ? "global::Orleans.CodeGeneration.InvokeMethodOptions.None"
        : string.Join(" | ", method.Options.Select(x => $"global::Orleans.CodeGeneration.InvokeMethodOptions.{x}"));

    public static string Emit(InterfaceModel model, string space)
    {
        var source = new Source();
        source.Line($"namespace {space};").Line();
        source.Open($"internal sealed class {ProxyName(model)} : {Runtime}.GrainReference, {model.Type}");
        source.Line($"internal {ProxyName(model)}({Runtime}.GrainReferenceShared shared, {Runtime}.IdSpan key)").Line("    : base(shared, key)").Line("{").Line("}");
        foreach (var method in model.Methods) EmitProxyMethod(source, method);
        source.Close();
        foreach (var method in model.Methods.Where(x => x.IsDeclaredHere)) EmitRequest(source, method);
        return source.ToString();
    }

    private static void EmitProxyMethod(Source source, MethodModel method)
    {
        var parameters = string.Join(", ", method.Parameters.Select(x => $"{x.Type} {x.Name}"));
        source.Line().Open($"{method.ReturnType} {method.ImplementedType}.@{method.Name}({parameters})");
        source.Line($"var request_ = new {method.RequestName}();");
        var index = 0;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.IsToken) source.Line($"request_.CancellationToken = {parameter.Name};");
            else if (parameter.PassesByReference) source.Line($"request_.A{index++} = {parameter.Name};");
            else source.Line($"request_.A{index} = {method.RequestName}.Copy{index++}({parameter.Name});");
        }

        source.Line(method.Returns switch
        {
            ReturnKind.Void => "InvokeOneWay(request_);",
            ReturnKind.Task when IsOneWay(method) => "return InvokeOneWay(request_);",
            ReturnKind.ValueTask when IsOneWay(method) => "return new global::System.Threading.Tasks.ValueTask(InvokeOneWay(request_));",
            ReturnKind.AsyncEnumerable => "return InvokeEnumerable(request_);",
            ReturnKind.ValueTask or ReturnKind.ValueTaskOf => $"return new {method.ReturnType}(InvokeAsync(request_));",
            _ => "return InvokeAsync(request_);",
        });
        source.Close();
    }

    private static void EmitRequest(Source source, MethodModel method)
    {
        var arguments = method.Parameters.Where(x => !x.IsToken).ToList();
        var codecs = new CodecFields();
        var result = method.ResultType ?? $"{Invocation}.NoResult";
        source.Line().Open($"internal sealed class {method.RequestName} : {Invocation}.{(IsEnumerable(method) ? "AsyncEnumerableRequest" : "Request")}<{result}>");
        EmitDescriptor(source, method);
        for (var i = 0; i < arguments.Count; i++) source.Line($"internal {arguments[i].Type} A{i};");
        if (arguments.Count > 0) source.Line();
        source.Line($"public override {Invocation}.MethodDescriptor Method => Descriptor;").Line();
        if (arguments.Count < method.Parameters.Count) source.Line("public override bool IsCancellable => true;").Line();
        if (arguments.Count > 0) EmitArguments(source, method, arguments, codecs);
        EmitInvoke(source, method, result);
        source.Line();
        codecs.Emit(source);
        source.Close();
    }

    private static void EmitDescriptor(Source source, MethodModel method)
    {
        var timeout = method.TimeoutTicks is { } ticks ? $"new global::System.TimeSpan({ticks}L)" : "null";
        source.Line($"internal static readonly {Invocation}.MethodDescriptor Descriptor = new(");
        source.Line($"    0x{method.Id:x16}UL,");
        source.Line($"    typeof({method.OwnerType}),");
        source.Line($"    {Runtime}.GrainInterfaceType.Create({Names.Literal(method.OwnerWireName)}),");
        source.Line($"    {Names.Literal(method.Name)},");
        source.Line(method.Parameters.Count == 0
            ? "    global::System.Type.EmptyTypes,"
            : $"    new global::System.Type[] {{ {string.Join(", ", method.Parameters.Select(x => $"typeof({x.PlainType})"))} }},");
        source.Line($"    {Options(method)},");
        source.Line($"    {timeout});").Line();
    }

    private static void EmitArguments(Source source, MethodModel method, List<ParameterModel> arguments, CodecFields codecs)
    {
        source.Line($"public override int GetArgumentCount() => {arguments.Count};").Line();
        source.Open("public override object? GetArgument(int index) => index switch");
        for (var i = 0; i < arguments.Count; i++) source.Line($"{i} => (object?)A{i},");
        source.Line("_ => throw NoSuchArgument(index),").Close("};").Line();

        source.Open("public override void SetArgument(int index, object value)").Open("switch (index)");
        for (var i = 0; i < arguments.Count; i++) source.Line($"case {i}: A{i} = ({arguments[i].Type})value; break;");
        source.Line("default: throw NoSuchArgument(index);").Close().Close().Line();

        source.Open("public override void WriteArguments(global::Orleans.Serialization.WireWriter writer)");
        for (var i = 0; i < arguments.Count; i++) source.Line($"{Codec(i)}.WriteField(writer, {i + 1}, A{i});");
        source.Close().Line();

        source.Open("public override void ReadArguments(ref global::Orleans.Serialization.WireReader reader)");
        source.Open("while (reader.TryReadTag(out var id, out var type))").Open("switch (id)");
        for (var i = 0; i < arguments.Count; i++) source.Line($"case {i + 1}: A{i} = {Codec(i)}.ReadField(ref reader, type)!; break;");
        source.Line("default: reader.Skip(type); break;").Close().Close().Close().Line();

        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].PassesByReference) continue;
            source.Line($"internal static {arguments[i].Type} Copy{i}({arguments[i].Type} value) => {Codec(i)}.CopyOrNull(value)!;").Line();
        }

        string Codec(int index) => codecs.Of(arguments[index].PlainType, $"parameter {arguments[index].Name} of {method.OwnerWireName}.{method.Name}");
    }

    private static void EmitInvoke(Source source, MethodModel method, string result)
    {
        var index = 0;
        var arguments = string.Join(", ", method.Parameters.Select(x => x.IsToken ? "CancellationToken" : $"A{index++}"));
        var call = $"(({method.ImplementedType})target).@{method.Name}({arguments})";
        if (IsEnumerable(method))
        {
            source.Line($"public override global::System.Collections.Generic.IAsyncEnumerable<{result}> InvokeMethod(object target) => {call};");
            return;
        }

        var signature = $"public override global::System.Threading.Tasks.ValueTask<{result}> InvokeMethod(object target)";
        switch (method.Returns)
        {
            case ReturnKind.Void:
                source.Open(signature).Line($"{call};").Line("return default;").Close();
                break;
            case ReturnKind.TaskOf:
                source.Line($"{signature} => new({call});");
                break;
            case ReturnKind.ValueTaskOf:
                source.Line($"{signature} => {call};");
                break;
            default:
                source.Line($"{signature} => AsResult({call});");
                break;
        }
    }

    private static bool IsEnumerable(MethodModel method) => method.Returns == ReturnKind.AsyncEnumerable;

    private static bool IsOneWay(MethodModel method) => method.Options.Contains("OneWay");
}
