using System.Text.Json.Serialization;

namespace Warren.Agent.Runtime.Oci;

// The part of the OCI runtime specification 1.0.2 (config.json) that Warren writes. The types mirror one document and are read
// together, so they share this file. Null means: leave it out.

internal sealed record OciSpec
{
    public required string OciVersion { get; init; }
    public required OciProcess Process { get; init; }
    public required OciRoot Root { get; init; }
    public required string Hostname { get; init; }
    public required IReadOnlyList<OciMount> Mounts { get; init; }
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
    public required OciLinux Linux { get; init; }
}

internal sealed record OciProcess
{
    public bool? Terminal { get; init; }
    public OciBox? ConsoleSize { get; init; }
    public required OciUser User { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required IReadOnlyList<string> Env { get; init; }
    public required string Cwd { get; init; }
    public required OciCapabilities Capabilities { get; init; }
    public IReadOnlyList<OciRlimit>? Rlimits { get; init; }
    public required bool NoNewPrivileges { get; init; }
    public required int OomScoreAdj { get; init; }
}

internal sealed record OciBox(uint Height, uint Width);

internal sealed record OciUser
{
    public required uint Uid { get; init; }
    public required uint Gid { get; init; }
    public IReadOnlyList<uint>? AdditionalGids { get; init; }
}

internal sealed record OciCapabilities
{
    public required IReadOnlyList<string> Bounding { get; init; }
    public IReadOnlyList<string>? Effective { get; init; }
    public IReadOnlyList<string>? Permitted { get; init; }
    public IReadOnlyList<string>? Inheritable { get; init; }
    public IReadOnlyList<string>? Ambient { get; init; }
}

internal sealed record OciRlimit(string Type, ulong Hard, ulong Soft);

internal sealed record OciRoot(string Path, bool Readonly);

internal sealed record OciMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

internal sealed record OciLinux
{
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public required OciResources Resources { get; init; }
    public required string CgroupsPath { get; init; }
    public required IReadOnlyList<OciNamespace> Namespaces { get; init; }
    public IReadOnlyList<OciDevice>? Devices { get; init; }
    public OciSeccomp? Seccomp { get; init; }
    public string? RootfsPropagation { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
}

internal sealed record OciNamespace(string Type, string? Path = null);

internal sealed record OciDevice(string Path, string Type, long Major, long Minor, uint FileMode, uint Uid, uint Gid);

internal sealed record OciResources
{
    public required IReadOnlyList<OciDeviceRule> Devices { get; init; }
    public OciMemory? Memory { get; init; }
    public required OciCpu Cpu { get; init; }
    public OciPids? Pids { get; init; }
}

internal sealed record OciDeviceRule(bool Allow, string? Type, long? Major, long? Minor, string Access);

internal sealed record OciMemory(long? Limit, long? Reservation, long? Swap);

internal sealed record OciCpu(ulong Shares, long? Quota, ulong? Period);

internal sealed record OciPids(long Limit);

internal sealed record OciSeccomp
{
    public required string DefaultAction { get; init; }
    public required uint DefaultErrnoRet { get; init; }
    public IReadOnlyList<string>? Architectures { get; init; }
    public required IReadOnlyList<OciSyscall> Syscalls { get; init; }
}

internal sealed record OciSyscall(
    IReadOnlyList<string> Names, string Action, uint? ErrnoRet = null, IReadOnlyList<OciSyscallArgument>? Args = null);

internal sealed record OciSyscallArgument(uint Index, ulong Value, ulong ValueTwo, string Op);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciSpec))]
[JsonSerializable(typeof(OciProcess))]
internal sealed partial class OciJson : JsonSerializerContext;
