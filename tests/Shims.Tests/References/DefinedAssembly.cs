using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace Warren.Shims.Tests.References;

/// <summary>An assembly that others refer to: its identity and everything in it that a reference may name.</summary>
internal sealed class DefinedAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly Dictionary<string, TypeDefinitionHandle> _types;
    private readonly HashSet<string> _friends;

    public DefinedAssembly(Stream image)
    {
        _file = new PEReader(image);
        _reader = _file.GetMetadataReader();
        _types = _reader.TypeDefinitions.ToDictionary(handle => SignatureText.FullName(_reader, handle), StringComparer.Ordinal);
        _friends = [.. _reader.GetAssemblyDefinition().GetCustomAttributes().Select(FriendName).OfType<string>()];
        Identity = _reader.GetAssemblyDefinition().GetAssemblyName();
    }

    public AssemblyName Identity { get; }

    public void Dispose() => _file.Dispose();

    /// <summary>What is wrong with a reference to this type; null when nothing is.</summary>
    public string? ProblemOfType(string typeName, string fromAssembly)
    {
        if (!_types.TryGetValue(typeName, out var handle))
            return "no such type";

        var type = _reader.GetTypeDefinition(handle);
        var visible = (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
                ProblemOfType(SignatureText.FullName(_reader, type.GetDeclaringType()), fromAssembly) is null,
            TypeAttributes.NestedPrivate => false,
            _ => _friends.Contains(fromAssembly),
        };
        return visible ? null : "the type is not visible";
    }

    /// <summary>What is wrong with a reference to this method or field of this type; null when nothing is.</summary>
    public string? ProblemOfMember(string typeName, string memberName, MemberReferenceKind kind, string signature, string fromAssembly)
    {
        if (!_types.TryGetValue(typeName, out var handle))
            return "no such type";

        var candidates = Members(_reader.GetTypeDefinition(handle), kind).Where(member => member.Name == memberName).ToList();
        if (candidates.Count == 0)
            return "no such member";

        var match = candidates.Find(member => member.Signature == signature);
        if (match is null)
            return $"another signature: {string.Join(" | ", candidates.Select(member => member.Signature))}";
        return match.IsVisible || (match.IsInternal && _friends.Contains(fromAssembly)) ? null : "the member is not visible";
    }

    private IEnumerable<Member> Members(TypeDefinition type, MemberReferenceKind kind)
    {
        // The bits of method and field attributes that say who may see a member are the same.
        if (kind == MemberReferenceKind.Field)
        {
            return type.GetFields().Select(_reader.GetFieldDefinition).Select(field => new Member(
                _reader.GetString(field.Name),
                field.DecodeSignature(SignatureText.Provider, _reader),
                (MethodAttributes)(field.Attributes & FieldAttributes.FieldAccessMask)));
        }

        return type.GetMethods().Select(_reader.GetMethodDefinition).Select(method => new Member(
            _reader.GetString(method.Name),
            SignatureText.Of(method.DecodeSignature(SignatureText.Provider, _reader)),
            method.Attributes & MethodAttributes.MemberAccessMask));
    }

    private string? FriendName(CustomAttributeHandle handle)
    {
        var attribute = _reader.GetCustomAttribute(handle);
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
            return null;
        var constructor = _reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor);
        if (constructor.Parent.Kind != HandleKind.TypeReference
            || SignatureText.FullName(_reader, (TypeReferenceHandle)constructor.Parent) != typeof(InternalsVisibleToAttribute).FullName)
        {
            return null;
        }

        var value = _reader.GetBlobReader(attribute.Value);
        value.ReadUInt16(); // the prolog of every attribute value
        return new AssemblyName(value.ReadSerializedString()!).Name;
    }

    private sealed record Member(string Name, string Signature, MethodAttributes Access)
    {
        public bool IsVisible => Access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

        public bool IsInternal => Access is MethodAttributes.Assembly or MethodAttributes.FamANDAssem;
    }
}
