using Google.Protobuf.Reflection;
using Warren.V1;

namespace Warren.Cli.Manifests;

/// <summary>Fields whose numbers people write in another form: sizes with a unit, permission bits in octal.</summary>
internal static class FieldForms
{
    private static readonly HashSet<(string Message, int Field)> s_sizes =
    [
        (MountSpec.Descriptor.Name, MountSpec.TmpfsSizeFieldNumber),
        (ResourceSpec.Descriptor.Name, ResourceSpec.MemoryLimitFieldNumber),
        (ResourceSpec.Descriptor.Name, ResourceSpec.MemoryReservationFieldNumber),
        (ResourceSpec.Descriptor.Name, ResourceSpec.SharedMemorySizeFieldNumber),
        (LogSpec.Descriptor.Name, LogSpec.MaxFileSizeFieldNumber),
    ];

    private static readonly HashSet<(string Message, int Field)> s_modes =
    [
        (MountSpec.Descriptor.Name, MountSpec.TmpfsModeFieldNumber),
        (SecretReference.Descriptor.Name, SecretReference.ModeFieldNumber),
        (ConfigReference.Descriptor.Name, ConfigReference.ModeFieldNumber),
    ];

    /// <summary>Whether a field is a number of bytes.</summary>
    public static bool IsSize(FieldDescriptor field) => s_sizes.Contains((field.ContainingType.Name, field.FieldNumber));

    /// <summary>Whether a field is permission bits.</summary>
    public static bool IsMode(FieldDescriptor field) => s_modes.Contains((field.ContainingType.Name, field.FieldNumber));

    /// <summary>The words of an enumeration, without the one for nothing: <c>start-first</c> for UPDATE_ORDER_START_FIRST.</summary>
    public static IReadOnlyDictionary<string, int> Words(EnumDescriptor type)
    {
        const string Nothing = "UNSPECIFIED";
        var prefix = type.Values[0].Name[..^Nothing.Length];
        return type.Values.Skip(1).ToDictionary(value => value.Name[prefix.Length..].Replace('_', '-').ToLowerInvariant(), value => value.Number);
    }
}
