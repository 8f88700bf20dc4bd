using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Warren.Containers;

namespace Warren.Agent.Runtime.Oci;

/// <summary>Asks the kernel what it can do.</summary>
internal static class NodeFactsReader
{
    /// <param name="root">The folder that holds <c>proc</c> and <c>sys</c>.</param>
    /// <exception cref="IOException">A file that every kernel of the last years has cannot be read.</exception>
    public static NodeFacts Read(string root = "/")
    {
        var cgroups = Path.Combine(root, "sys/fs/cgroup");
        var unified = Path.Combine(cgroups, "cgroup.controllers");
        var isUnified = File.Exists(unified);
        return new()
        {
            Cgroups = isUnified ? CgroupVersion.V2 : CgroupVersion.V1,
            Controllers = isUnified ? [.. Words(File.ReadAllText(unified))] : OldControllers(cgroups),
            SwapAccounting = isUnified
                // The root group has no such file, but any group below it has.
                ? Folders(cgroups).Any(folder => File.Exists(Path.Combine(folder, "memory.swap.max")))
                : File.Exists(Path.Combine(cgroups, "memory/memory.memsw.limit_in_bytes")),
            CgroupNamespaces = File.Exists(Path.Combine(root, "proc/self/ns/cgroup")),
            Seccomp = File.Exists(Path.Combine(root, "proc/sys/kernel/seccomp/actions_avail")),
            Capabilities = BoundingSet(File.ReadLines(Path.Combine(root, "proc/self/status"))),
            Kernel = ParseRelease(Text("proc/sys/kernel/osrelease")),
            Architecture = RuntimeInformation.OSArchitecture,
            ThermalFolders = ThermalFolders(root),
        };

        string Text(string path) => File.ReadAllText(Path.Combine(root, path)).Trim();
    }

    /// <summary>Takes the numbers at the start of a release, of which distributions make <c>6.1.0-18-amd64</c> or <c>6.18.44-custom</c>.</summary>
    /// <exception cref="IOException">It does not begin with two numbers.</exception>
    internal static Version ParseRelease(string release)
    {
        var numbers = new string([.. release.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).TrimEnd('.');
        return Version.TryParse(numbers, out var version)
            ? version
            : throw new IOException($"the kernel's release '{release}' does not begin with a version number");
    }

    // The kernel clears the bits of capabilities that it does not know.
    private static ImmutableHashSet<string> BoundingSet(IEnumerable<string> status)
    {
        const string Field = "CapBnd:";
        var line = status.FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal)) ?? throw new IOException($"/proc/self/status has no {Field}");
        var mask = ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return [.. Capabilities.Names.Where((_, number) => (mask >> number & 1) != 0)];
    }

    private static ImmutableSortedSet<string> OldControllers(string cgroups) =>
        [.. Folders(cgroups).Where(folder => File.Exists(Path.Combine(folder, "cgroup.procs"))).Select(folder => Path.GetFileName(folder))];

    private static ImmutableArray<string> ThermalFolders(string root)
    {
        const string Cpus = "sys/devices/system/cpu";
        return
        [
            .. Folders(Path.Combine(root, Cpus))
                .Where(folder => Directory.Exists(Path.Combine(folder, "thermal_throttle")))
                .Select(folder => $"/{Cpus}/{Path.GetFileName(folder)}/thermal_throttle")
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string[] Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path) : [];

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
