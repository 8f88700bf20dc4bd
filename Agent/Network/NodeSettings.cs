namespace Warren.Agent.Network;

/// <summary>The settings under <c>/proc/sys/net</c> that containers' traffic needs. What is right already is not written.</summary>
internal sealed class NodeSettings(NetworkOptions options, bool hasIpv6)
{
    private const string Root = "/proc/sys/net/", Ipv6Interfaces = Root + "ipv6/conf";

    /// <summary>Whether the kernel has IPv6 at all.</summary>
    public static bool KernelHasIpv6 => Directory.Exists(Ipv6Interfaces);

    /// <summary>Settings of the bridge and its companions, which exist.</summary>
    /// <returns>What was changed, a line each.</returns>
    public IReadOnlyList<string> EnsureInterfaces()
    {
        var changes = new List<string>();
        // Connections from 127.0.0.1 to published ports leave by the bridge; the guard chain keeps the other way closed.
        Ensure($"ipv4/conf/{options.Bridge}/route_localnet", "1", changes);
        if (!KernelHasIpv6) return changes;
        foreach (var name in hasIpv6 ? (string[])[options.Bridge, options.LoopEnd, options.LoopPeer] : [options.Bridge])
        {
            Ensure($"ipv6/conf/{name}/disable_ipv6", hasIpv6 ? "0" : "1", changes);
            // A container must not tell the node its routes.
            Ensure($"ipv6/conf/{name}/accept_ra", "0", changes);
        }

        return changes;
    }

    /// <summary>Lets the node pass packets on.</summary>
    /// <returns>What was changed, a line each.</returns>
    public IReadOnlyList<string> EnsureForwarding()
    {
        var changes = new List<string>();
        Ensure("ipv4/ip_forward", "1", changes);
        if (!hasIpv6 || Read("ipv6/conf/all/forwarding") == "1") return changes;
        // A node that forwards IPv6 gives up the routes that its router advertises, unless told not to: it would lose its own default route.
        foreach (var folder in Directory.EnumerateDirectories(Ipv6Interfaces))
        {
            var name = Path.GetFileName(folder);
            if (name is not ("all" or "lo") && Read($"ipv6/conf/{name}/accept_ra") == "1") Ensure($"ipv6/conf/{name}/accept_ra", "2", changes);
        }

        Ensure("ipv6/conf/all/forwarding", "1", changes);
        return changes;
    }

    private static string? Read(string name)
    {
        var path = Root + name;
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private static void Ensure(string name, string value, List<string> changes)
    {
        var before = Read(name);
        if (before == value) return;
        try
        {
            File.WriteAllText(Root + name, value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException(
                NetworkFault.Prerequisite,
                $"net/{name} is {before ?? "missing"} and must be {value} for containers; it cannot be written: {exception.Message}", exception);
        }

        changes.Add($"net/{name} from {before} to {value}");
    }
}
