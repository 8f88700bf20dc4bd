using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Emit;

/// <summary>Writes the codec of a serialisable type.</summary>
internal sealed class CodecEmitter
{
    private const string Serialization = "global::Orleans.Serialization";
    private const string Writer = $"{Serialization}.WireWriter writer";
    private const string Reader = $"ref {Serialization}.WireReader reader";

    private readonly Source _source = new();
    private readonly SerializableModel _model;
    private readonly CodecFields _codecs = new();

    private CodecEmitter(SerializableModel model) => _model = model;

    private bool IsStruct => _model.Kind == SerializableKind.Struct;

    private string Instance => IsStruct ? "ref value" : "value";

    public static string ClassName(SerializableModel model) => ClassName(model.HintName);

    public static string ClassName(string generatedName) => "Codec_" + generatedName;

    public static string Emit(SerializableModel model, string space) => new CodecEmitter(model).Emit(space);

    private string Emit(string space)
    {
        var baseClass = _model.Kind switch
        {
            SerializableKind.Struct => "Codec",
            SerializableKind.Exception => "ExceptionCodec",
            _ => "ObjectCodec",
        };
        _source.Line($"namespace {space};").Line();
        _source.Open($"internal sealed class {ClassName(_model)}{_model.TypeParameters} : {Serialization}.{baseClass}<{_model.Type}>{_model.Constraints}");
        if (_model.Kind == SerializableKind.Struct) EmitStruct();
        else EmitClass();
        foreach (var member in _model.Members) EmitAccessor(member);
        _codecs.Emit(_source);
        return _source.Close().ToString();
    }

    private void EmitStruct()
    {
        EmitImmutability();
        _source.Line($"public override {Serialization}.WireType WireType => {Serialization}.WireType.Group;").Line();
        _source.Open($"public override void WriteValue({Writer}, {_model.Type} value)").Line("writer.EnterGroup();");
        EmitWrites();
        _source.Line("writer.WriteEndGroup();").Close().Line();

        _source.Open($"public override {_model.Type} ReadValue({Reader})").Line($"{_model.Type} value = default;").Line("reader.EnterGroup();");
        EmitReads();
        _source.Line("reader.LeaveGroup();").Line("return value;").Close().Line();

        if (_model.IsImmutable == "true") return;
        _source.Open($"public override {_model.Type} Copy({_model.Type} value)");
        foreach (var member in _model.Members)
        {
            if (!member.CopiesByReference) _source.Line(Assign(member, Instance, $"{_codecs.Of(member)}.CopyOrNull({Get(member, "value")})!"));
        }

        _source.Line("return value;").Close().Line();
    }

    private void EmitClass()
    {
        if (_model.Kind == SerializableKind.Exception)
        {
            var hasMembers = _model.BaseType is not null || _model.Members.Count > 0;
            if (hasMembers) _source.Line("public override bool HasMembers => true;").Line();
            if (hasMembers) EmitMembers();
        }
        else
        {
            EmitImmutability();
            EmitMembers();
            _source.Open($"public override void CopyMembers({_model.Type} source, {_model.Type} target)");
            if (_model.BaseType is not null) _source.Line($"{_codecs.Base(_model.BaseType)}.CopyMembers(source, target);");
            foreach (var member in _model.Members)
            {
                var value = Get(member, "source");
                _source.Line(Assign(member, "target", member.CopiesByReference ? value : $"{_codecs.Of(member)}.CopyOrNull({value})!"));
            }

            _source.Close().Line();
        }

        EmitCreate();
    }

    private void EmitMembers()
    {
        _source.Open($"public override void WriteMembers({Writer}, {_model.Type} value)");
        if (_model.BaseType is not null)
        {
            _source.Line($"writer.WriteTag(0, {Serialization}.WireType.Group);").Line("writer.EnterGroup();");
            _source.Line($"{_codecs.Base(_model.BaseType)}.WriteMembers(writer, value);").Line("writer.WriteEndGroup();");
        }

        EmitWrites();
        _source.Close().Line();
        _source.Open($"public override void ReadMembers({Reader}, {_model.Type} value)");
        EmitReads();
        _source.Close().Line();
    }

    private void EmitWrites()
    {
        foreach (var member in _model.Members)
            _source.Line($"{_codecs.Of(member)}.WriteField(writer, {member.Field}, {Get(member, "value")});");
    }

    private void EmitReads()
    {
        _source.Open("while (reader.TryReadTag(out var id, out var type))").Open("switch (id)");
        if (_model.BaseType is not null)
        {
            _source.Open($"case 0 when type == {Serialization}.WireType.Group:").Line("reader.EnterGroup();");
            _source.Line($"{_codecs.Base(_model.BaseType)}.ReadMembers(ref reader, value);").Line("reader.LeaveGroup();").Line("break;").Close();
        }

        foreach (var member in _model.Members)
            _source.Line($"case {member.Field}: {Assign(member, Instance, $"{_codecs.Of(member)}.ReadField(ref reader, type)!")} break;");
        _source.Line("default: reader.Skip(type); break;").Close().Close();
    }

    private void EmitCreate()
    {
        var expression = _model.Creation switch
        {
            Creation.New => $"new {_model.Type}()",
            Creation.Accessor => "New()",
            Creation.Uninitialized =>
                $"({_model.Type})global::System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof({_model.Type}))",
            _ => $"throw new {Serialization}.WireFormatException(\"an abstract class has no instances\")",
        };
        _source.Line($"protected override {_model.Type} Create() => {expression};").Line();
        if (_model.Creation != Creation.Accessor) return;
        _source.Line("[global::System.Runtime.CompilerServices.UnsafeAccessor(global::System.Runtime.CompilerServices.UnsafeAccessorKind.Constructor)]");
        _source.Line($"private static extern {_model.Type} New();").Line();
    }

    private void EmitImmutability() => _source.Line($"public override bool IsImmutable => {_model.IsImmutable};").Line();

    private void EmitAccessor(MemberModel member)
    {
        if (!member.ReadsField && !member.WritesField) return;
        var by = IsStruct ? "ref " : "";
        _source.Line("[global::System.Runtime.CompilerServices.UnsafeAccessor("
            + $"global::System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = \"{member.BackingField}\")]");
        _source.Line($"private static extern ref {member.Type} Field{member.Field}({by}{_model.Type} value);").Line();
    }

    private string Get(MemberModel member, string instance) =>
        member.ReadsField ? $"Field{member.Field}({(IsStruct ? "ref " : "")}{instance})" : $"{instance}.{member.Name}";

    private static string Assign(MemberModel member, string instance, string value) => member.WritesField
        ? $"Field{member.Field}({instance}) = {value};"
        : $"{(instance.StartsWith("ref ", StringComparison.Ordinal) ? instance.Substring(4) : instance)}.{member.Name} = {value};";
}
