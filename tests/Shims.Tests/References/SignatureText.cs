using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Warren.Shims.Tests.References;

/// <summary>
/// Writes signatures out so that two assemblies can be compared: types by full name and kind (class or value type), without their assembly,
/// because the framework moves types between facades from version to version.
/// </summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, MetadataReader>
{
    public static readonly SignatureText Provider = new();

    public static string Of(MethodSignature<string> signature) =>
        $"{(signature.Header.IsInstance ? "instance " : "static ")}{signature.Header.CallingConvention} {signature.ReturnType} "
        + $"<{signature.GenericParameterCount}>({string.Join(", ", signature.ParameterTypes)})";

    public static string FullName(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            return $"{FullName(reader, (TypeReferenceHandle)type.ResolutionScope)}+{name}";
        return Join(reader.GetString(type.Namespace), name);
    }

    public static string FullName(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? $"{FullName(reader, outer)}+{name}"
            : Join(reader.GetString(type.Namespace), name);
    }

    public string GetArrayType(string elementType, ArrayShape shape) =>
        $"{elementType}[rank {shape.Rank} sizes {string.Join(',', shape.Sizes)} bounds {string.Join(',', shape.LowerBounds)}]";

    public string GetByReferenceType(string elementType) => $"{elementType}&";

    public string GetFunctionPointerType(MethodSignature<string> signature) => $"function {Of(signature)}";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericMethodParameter(MetadataReader genericContext, int index) => $"!!{index}";

    public string GetGenericTypeParameter(MetadataReader genericContext, int index) => $"!{index}";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
        $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

    public string GetPinnedType(string elementType) => $"pinned {elementType}";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        $"{Kind(rawTypeKind)}{FullName(reader, handle)}";

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        $"{Kind(rawTypeKind)}{FullName(reader, handle)}";

    public string GetTypeFromSpecification(
        MetadataReader reader, MetadataReader genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static string Kind(byte rawTypeKind) => (SignatureTypeKind)rawTypeKind switch
    {
        SignatureTypeKind.ValueType => "valuetype ",
        SignatureTypeKind.Class => "class ",
        _ => "",
    };

    private static string Join(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
