using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Warren.Nodes;

namespace Warren.Agent.Managers;

/// <summary>What this machine is.</summary>
internal static class NodeDescriptionReader
{
    private const long Kibibyte = 1024;

    /// <summary>Reads it, but for the container runtime's version, which the runtime says.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="bridge">The bridge of the containers, whose addresses are not the machine's.</param>
    /// <param name="reserve">What the machine keeps for itself.</param>
    public static NodeDescription Read(string name, string bridge, ResourceAmount reserve) => new()
    {
        Name = name,
        Platform = Platform.Parse($"linux/{Architecture()}"),
        Capacity = Capacity(new(Environment.ProcessorCount * 1000L, Math.Min(Memory(File.ReadLines("/proc/meminfo")), LimitOfMachine())), reserve),
        Role = NodeRole.Worker,
        Addresses = Addresses(bridge),
        AgentVersion = typeof(NodeDescriptionReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        KernelVersion = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        OperatingSystem = SystemName(File.Exists("/etc/os-release") ? File.ReadLines("/etc/os-release") : []),
    };

    /// <summary>All of the machine's memory, in bytes (proc(5)).</summary>
    internal static long Memory(IEnumerable<string> lines) => Memory(lines, "MemTotal:");

    /// <summary>A line of <c>/proc/meminfo</c>, in bytes.</summary>
    internal static long Memory(IEnumerable<string> lines, string name)
    {
        var line = lines.First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * Kibibyte;
    }

    /// <summary>What is left for tasks; a machine that keeps more than it has gets none.</summary>
    internal static ResourceAmount Capacity(ResourceAmount machine, ResourceAmount reserve) =>
        new(Math.Max(0, machine.CpuMillicores - reserve.CpuMillicores), Math.Max(0, machine.Memory - reserve.Memory));

    /// <summary>The limit of a memory cgroup, in bytes.</summary>
    /// <param name="text"><c>memory.max</c> or <c>memory.limit_in_bytes</c>: a number, or <c>max</c>.</param>
    internal static long Limit(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;

    /// <summary>The name of the distribution (os-release(5)).</summary>
    internal static string SystemName(IEnumerable<string> lines)
    {
        const string Name = "PRETTY_NAME=";
        return lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..].Trim('"', '\'') ?? "";
    }

    // A machine that is itself a container has less than its kernel says: its root is limited, by cgroup v2 or v1.
    private static long LimitOfMachine() => new[] { "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes" }
        .Where(File.Exists).Select(file => Limit(File.ReadAllText(file))).Append(long.MaxValue).Min();

    // As images name processors: those of Go.
    private static string Architecture() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm/v7",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static ImmutableArray<string> Addresses(string bridge) =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(link => link.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .Where(link => link.NetworkInterfaceType != NetworkInterfaceType.Loopback && link.Name != bridge)
            .SelectMany(link => link.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
            .OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
            .Select(address => address.ToString())
            .Distinct(),
    ];
}
