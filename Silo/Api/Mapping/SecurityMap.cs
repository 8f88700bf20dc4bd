using System.Collections.Immutable;
using Warren.Containers;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>What processes may do, to the API and back.</summary>
internal static class SecurityMap
{
    /// <summary>Reads what a request says.</summary>
    public static SecuritySpec Read(Proto.SecuritySpec from, FieldProblems problems, string path) => new()
    {
        Privileged = from.Privileged,
        AddCapabilities = [.. from.AddCapabilities],
        DropCapabilities = [.. from.DropCapabilities],
        Seccomp = problems.Enum($"{path}.seccomp", from.Seccomp, SecuritySpec.Default.Seccomp),
        AllowNewPrivileges = from.AllowNewPrivileges,
        ReadOnlyRoot = from.ReadOnlyRoot,
        MaskedPaths = Paths(from.MaskedPaths),
        ReadOnlyPaths = Paths(from.ReadOnlyPaths),
        Devices = [.. from.Devices.Select(Device)],
        Sysctls = ContainerMap.Map(from.Sysctls),
        Ulimits = [.. from.Ulimits.Select(limit => new UlimitSpec { Name = limit.Name, Soft = limit.Soft, Hard = limit.Hard })],
    };

    /// <summary>Writes all of it.</summary>
    public static Proto.SecuritySpec Write(SecuritySpec from) => new()
    {
        Privileged = from.Privileged,
        AddCapabilities = { from.AddCapabilities },
        DropCapabilities = { from.DropCapabilities },
        Seccomp = EnumMap.To<SeccompProfile, Proto.SeccompProfile>(from.Seccomp),
        AllowNewPrivileges = from.AllowNewPrivileges,
        ReadOnlyRoot = from.ReadOnlyRoot,
        MaskedPaths = Paths(from.MaskedPaths),
        ReadOnlyPaths = Paths(from.ReadOnlyPaths),
        Devices = { from.Devices.Select(Device) },
        Sysctls = { from.Sysctls },
        Ulimits = { from.Ulimits.Select(limit => new Proto.UlimitSpec { Name = limit.Name, Soft = limit.Soft, Hard = limit.Hard }) },
    };

    private static ImmutableArray<string>? Paths(Proto.PathList? from) => from is null ? null : [.. from.Paths];

    private static Proto.PathList? Paths(ImmutableArray<string>? from) => from is { } paths ? new() { Paths = { paths } } : null;

    private static DeviceSpec Device(Proto.DeviceSpec from)
    {
        var standard = new DeviceSpec { Source = from.Source, Target = from.HasTarget ? from.Target : null };
        return from.HasAccess ? standard with { Access = from.Access } : standard;
    }

    private static Proto.DeviceSpec Device(DeviceSpec from)
    {
        var to = new Proto.DeviceSpec { Source = from.Source, Access = from.Access };
        if (from.Target is { } target) to.Target = target;
        return to;
    }
}
