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
    public static NodeDescription Read(string name, string bridge) => new()
    {
        Name = name,
        Platform = Platform.Parse($"linux/{Architecture()}"),
        Capacity = new(Environment.ProcessorCount * 1000L, Memory(File.ReadLines("/proc/meminfo"))),
        Role = NodeRole.Worker,
        Addresses = Addresses(bridge),
        AgentVersion = typeof(NodeDescriptionReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        KernelVersion = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        OperatingSystem = SystemName(File.Exists("/etc/os-release") ? File.ReadLines("/etc/os-release") : []),
    };

    /// <summary>All of the machine's memory, in bytes (proc(5)).</summary>
    internal static long Memory(IEnumerable<string> lines)
    {
        const string Total = "MemTotal:";
        var line = lines.First(line => line.StartsWith(Total, StringComparison.Ordinal));
        return long.Parse(line[Total.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * Kibibyte;
    }

    /// <summary>The name of the distribution (os-release(5)).</summary>
    internal static string SystemName(IEnumerable<string> lines)
    {
        const string Name = "PRETTY_NAME=";
        return lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..].Trim('"', '\'') ?? "";
    }

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
