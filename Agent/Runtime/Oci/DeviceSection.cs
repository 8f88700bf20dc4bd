using System.Collections.Immutable;
using Warren.Containers;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>The devices of a container, and which it may use.</summary>
internal static class DeviceSection
{
    // As Docker: zero, null, urandom, random, tty and console.
    private static readonly ImmutableArray<(long Major, long Minor)> s_usual = [(1, 5), (1, 3), (1, 9), (1, 8), (5, 0), (5, 1)];

    /// <summary>A device node, and how it may be used.</summary>
    public sealed record Grant(OciDevice Node, string Access);

    public static ImmutableArray<Grant> Nodes(OciSpecInput input, List<ValidationProblem> problems)
    {
        var security = input.Request.Spec.Security;
        var grants = new List<Grant>();
        for (var i = 0; i < security.Devices.Length; i++)
        {
            var device = security.Devices[i];
            var source = device.Source.TrimEnd('/');
            var found = input.Devices.Where(candidate => IsAtOrBelow(candidate.Path, source)).ToList();
            if (found.Count == 0) problems.Add(new($"security.devices[{i}].source", $"'{device.Source}' is no device of this node and no folder with devices"));
            var target = (device.Target ?? device.Source).TrimEnd('/');
            grants.AddRange(found.Select(host => new Grant(Node(host, target + host.Path[source.Length..]), device.Access)));
        }
        if (security.Privileged) grants.AddRange(input.Devices.Select(host => new Grant(Node(host, host.Path), "rwm")));
        // A device that the user placed wins over the same path of the node's list.
        return [.. grants.DistinctBy(grant => grant.Node.Path, StringComparer.Ordinal)];
    }

    public static List<OciDeviceRule> Rules(SecuritySpec security, ImmutableArray<Grant> grants)
    {
        if (security.Privileged) return [new(true, null, null, null, "rwm")];
        return
        [
            new(false, null, null, null, "rwm"),
            .. s_usual.Select(device => new OciDeviceRule(true, "c", device.Major, device.Minor, "rwm")),
            .. grants.Select(grant => new OciDeviceRule(true, grant.Node.Type, grant.Node.Major, grant.Node.Minor, grant.Access)),
        ];
    }

    private static bool IsAtOrBelow(string path, string source) =>
        path == source || path.StartsWith(source + "/", StringComparison.Ordinal);

    private static OciDevice Node(HostDevice host, string path) =>
        new(path, host.IsBlock ? "b" : "c", host.Major, host.Minor, host.Mode, host.Uid, host.Gid);
}
