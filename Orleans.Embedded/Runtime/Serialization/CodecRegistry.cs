using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>
/// Finds codecs by static type, by run-time type and by name on the wire. A name resolves only to types that were registered, or to
/// compositions of them, never to an arbitrary type of the process.
/// </summary>
internal static class CodecRegistry
{
    private static readonly ConcurrentDictionary<Type, CodecEntry> Entries = new();
    private static readonly ConcurrentDictionary<Type, CodecEntry> EntriesOfValues = new();
    private static readonly ConcurrentDictionary<string, CodecEntry> EntriesByName = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<Type, Type> CodecDefinitions = new();
    private static readonly ConcurrentDictionary<Type, Func<ICodec>> Factories = new();

    static CodecRegistry() => FrameworkCodecTable.Register();

    /// <summary>A type with a name on the wire. Its codec is made when it is first needed: most processes use few of those they know.</summary>
    public static void Add(string name, Type type, Func<ICodec> codec)
    {
        TypeNames.Add(name, type);
        AddFactory(type, codec);
    }

    public static void AddGeneric(
        string name,
        Type typeDefinition,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type codecDefinition)
    {
        TypeNames.Add(name, typeDefinition);
        CodecDefinitions[typeDefinition] = codecDefinition;
    }

    /// <summary>As <see cref="Add"/>, for a type whose name is composed of others.</summary>
    public static void AddFactory(Type type, Func<ICodec> factory) => Factories[type] = factory;

    /// <summary>The codec of exactly <paramref name="type"/>.</summary>
    public static bool TryGetExact(Type type, [MaybeNullWhen(false)] out CodecEntry entry)
    {
        if (Entries.TryGetValue(type, out entry)) return true;
        if (typeof(Exception).IsAssignableFrom(type)) FrameworkExceptions.EnsureRegistered();
        TypeManifests.EnsureLoaded();
        if (Entries.TryGetValue(type, out entry)) return true;
        if (Make(type) is not { } codec) return false;
        var name = TypeNames.Of(type);
        entry = Entries.GetOrAdd(type, new CodecEntry(codec, name));
        if (name is not null) EntriesByName.TryAdd(name, entry);
        return true;
    }

    /// <summary>The codec for variables of type <typeparamref name="T"/>, which may hold values of derived types.</summary>
    public static bool TryGetStatic<T>([MaybeNullWhen(false)] out Codec<T> codec)
    {
        var type = typeof(T);
        var known = TryGetExact(type, out var entry);
        if (known && (type.IsValueType || type.IsSealed || type.IsInterface || entry!.Codec.AcceptsDerived))
        {
            codec = (Codec<T>)entry!.Codec;
            return true;
        }

        if (IsPolymorphic(type)) codec = new PolymorphicCodec<T>(own: null);
        else codec = known ? new PolymorphicCodec<T>((Codec<T>)entry!.Codec) : null;
        return codec is not null;
    }

    /// <summary>The codec of the run-time type of <paramref name="value"/>.</summary>
    /// <exception cref="CodecNotFoundException">There is none.</exception>
    public static CodecEntry OfValue(object value)
    {
        var type = value.GetType();
        return EntriesOfValues.TryGetValue(type, out var entry) ? entry : EntriesOfValues.GetOrAdd(type, FindForValue(value, type));
    }

    /// <summary>The codec that a name from the wire means.</summary>
    /// <exception cref="WireFormatException">The name means no type that may travel.</exception>
    public static ICodec OfName(ReadOnlySpan<byte> utf8Name, Type expected)
    {
        if (utf8Name.Length > TypeNames.MaxLength) throw new WireFormatException($"a type name is longer than {TypeNames.MaxLength} bytes");
        Span<char> characters = stackalloc char[TypeNames.MaxLength];
        ReadOnlySpan<char> name = characters[..Encoding.UTF8.GetChars(utf8Name, characters)];
        var byName = EntriesByName.GetAlternateLookup<ReadOnlySpan<char>>();
        if (byName.TryGetValue(name, out var entry)) return entry.Codec;
        if (name.Contains(OpaqueExceptionCodec.Prefix)) FrameworkExceptions.EnsureRegistered();
        TypeManifests.EnsureLoaded();
        if (byName.TryGetValue(name, out entry)) return entry.Codec;
        if (TypeNames.Parse(name) is { } type && TryGetExact(type, out entry)) return entry.Codec;
        if (OpaqueExceptionCodec.CanStandFor(name, expected)) return new OpaqueExceptionCodec(name.ToString());
        throw new WireFormatException($"the type '{name}' is not known in this process");
    }

    public static bool CanSerialize(Type type)
    {
        if (type.IsArray) return type.IsSZArray && CanSerialize(type.GetElementType()!);
        if (!TryGetExact(type, out _)) return IsPolymorphic(type);
        return !type.IsGenericType || Array.TrueForAll(type.GetGenericArguments(), CanSerialize);
    }

    public static CodecNotFoundException NotFound(Type type, string? usedBy)
    {
        var member = usedBy is null ? "" : $" ({usedBy})";
        return new CodecNotFoundException(
            $"{type}{member} cannot travel between processes or be copied: put [GenerateSerializer] on it and [Id] on its members, "
            + "or use a type that has a codec.");
    }

    public static CodecNotFoundException NoName(Type type) =>
        new($"{type} has no name on the wire, so it cannot stand where another static type is declared: put [GenerateSerializer] on it "
            + "(and on its type arguments), or declare its own type.");

    private static bool IsPolymorphic(Type type) =>
        type.IsInterface || type.IsAbstract || type == typeof(object) || typeof(Exception).IsAssignableFrom(type);

    private static CodecEntry FindForValue(object value, Type type)
    {
        if (TryGetExact(type, out var entry)) return entry;
        if (value is IAddressable && TryGetExact(typeof(IAddressable), out entry)) return entry;
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (TryGetExact(ancestor, out entry) && entry.Codec.AcceptsDerived) return entry;
        }

        return value is Exception ? OpaqueExceptionCodec.For(type) : throw NotFound(type, usedBy: null);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "Codec definitions are registered with their constructor kept; "
        + "the type arguments occur in types that generated code names.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Generated code registers the closed codecs that occur in signatures and "
        + "members when code cannot be made at run time; others are shared code over reference types.")]
    private static ICodec? Make(Type type)
    {
        if (Factories.TryGetValue(type, out var factory)) return factory();
        if (type.IsSZArray) return New(typeof(ArrayCodec<>), type.GetElementType()!);
        if (type.IsEnum) return New(typeof(EnumCodec<>), type);
        if (type.IsConstructedGenericType && !type.ContainsGenericParameters
            && CodecDefinitions.TryGetValue(type.GetGenericTypeDefinition(), out var definition))
        {
            return New(definition, type.GetGenericArguments());
        }

        return type.IsInterface && typeof(IAddressable).IsAssignableFrom(type) ? New(typeof(ReferenceCodec<>), type) : null;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "As for the caller.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "As for the caller.")]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "Definitions are registered with their constructor kept.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Definitions are registered with their constructor kept.")]
    private static ICodec New(Type definition, params Type[] arguments) =>
        (ICodec)Activator.CreateInstance(
            definition.MakeGenericType(arguments), BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, null, null)!;
}
