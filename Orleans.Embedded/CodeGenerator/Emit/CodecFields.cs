using Orleans.CodeGenerator.Analysis;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Emit;

/// <summary>
/// The codecs that generated code uses, in static fields of a nested class: they are found when first used, since codecs may use one
/// another, and the compiler then knows their types and need not look them up again.
/// </summary>
internal sealed class CodecFields
{
    private readonly Dictionary<string, string> _names = [];
    private readonly List<string> _declarations = [];

    public string Of(MemberModel member) => Of(member.Type, member.Description);

    public string Of(string type, string usedBy)
    {
        if (_names.TryGetValue(type, out var name)) return name;
        _declarations.Add($"internal static readonly global::Orleans.Serialization.Codec<{type}> C{_names.Count} = "
            + $"global::Orleans.Serialization.Codecs.Of<{type}>({Names.Literal(usedBy)});");
        return _names[type] = $"Codecs_.C{_names.Count}";
    }

    public string Base(string type)
    {
        const string Key = "base";
        if (_names.TryGetValue(Key, out var name)) return name;
        _declarations.Add($"internal static readonly global::Orleans.Serialization.IMemberCodec<{type}> Base = "
            + $"global::Orleans.Serialization.Codecs.MembersOf<{type}>();");
        return _names[Key] = "Codecs_.Base";
    }

    public void Emit(Source source)
    {
        if (_declarations.Count == 0) return;
        source.Open("private static class Codecs_");
        foreach (var declaration in _declarations) source.Line(declaration);
        source.Close();
    }
}
