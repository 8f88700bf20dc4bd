using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Containers;

/// <summary>What security settings must meet.</summary>
internal static class SecurityRules
{
    // Those of System V IPC; with POSIX message queues and the network all that namespaces of a container hold.
    private static readonly ImmutableHashSet<string> s_ipcSysctls =
    [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shm_rmid_forced", "kernel.shmall", "kernel.shmmax",
        "kernel.shmmni",
    ];

    public static void Check(ProblemList problems, SecuritySpec security, NetworkMode mode)
    {
        var added = CheckCapabilities(problems, "security.addCapabilities", security.AddCapabilities);
        var dropped = CheckCapabilities(problems, "security.dropCapabilities", security.DropCapabilities);
        foreach (var name in added.Intersect(dropped)) problems.Add("security.dropCapabilities", $"must not hold {name}, which addCapabilities holds");
        problems.Known("security.seccomp", security.Seccomp);
        CheckPaths(problems, "security.maskedPaths", security.MaskedPaths);
        CheckPaths(problems, "security.readOnlyPaths", security.ReadOnlyPaths);
        CheckDevices(problems, security.Devices);
        foreach (var (name, value) in security.Sysctls) CheckSysctl(problems, name, value, mode);
        CheckUlimits(problems, security.Ulimits);
    }

    private static HashSet<string> CheckCapabilities(ProblemList problems, string path, ImmutableArray<string> texts)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < texts.Length; i++)
        {
            if (Capabilities.TryParse(texts[i], out var name)) names.Add(name);
            else problems.Add($"{path}[{i}]", $"must be a capability such as CAP_NET_ADMIN, or ALL, was '{texts[i]}'");
        }
        return names;
    }

    private static void CheckPaths(ProblemList problems, string path, ImmutableArray<string>? paths)
    {
        if (paths is not { IsDefault: false } given) return;
        for (var i = 0; i < given.Length; i++)
        {
            if (!PathRules.IsAbsolute(given[i])) problems.Add($"{path}[{i}]", PathRules.Message(given[i]));
        }
    }

    private static void CheckDevices(ProblemList problems, ImmutableArray<DeviceSpec> devices)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < devices.Length; i++)
        {
            var path = $"security.devices[{i}]";
            var device = devices[i];
            if (!PathRules.IsAbsolute(device.Source) || device.Source == "/") problems.Add($"{path}.source", PathRules.Message(device.Source));
            var target = device.Target ?? device.Source;
            if (device.Target is not null && (!PathRules.IsAbsolute(target) || target == "/")) problems.Add($"{path}.target", PathRules.Message(target));
            if (!targets.Add(PathRules.Normalize(target))) problems.Add($"{path}.target", $"must not be that of another device, was '{target}'");
            if (device.Access.Length is 0 or > 3 || device.Access.Distinct().Count() != device.Access.Length || device.Access.Any(c => !"rwm".Contains(c)))
                problems.Add($"{path}.access", $"must be some of r, w and m, each once, was '{device.Access}'");
        }
    }

    private static void CheckSysctl(ProblemList problems, string name, string value, NetworkMode mode)
    {
        var path = $"security.sysctls[{name}]";
        var isNetwork = name.StartsWith("net.", StringComparison.Ordinal);
        var isOwn = isNetwork || name.StartsWith("fs.mqueue.", StringComparison.Ordinal) || s_ipcSysctls.Contains(name);
        var isName = name.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
        if (!isOwn || !isName)
        {
            problems.Add(path, "must be a setting of the container's own namespaces: net.*, fs.mqueue.*, or one of "
                + string.Join(", ", s_ipcSysctls.Order(StringComparer.Ordinal)));
        }
        if (isNetwork && mode == NetworkMode.Host) problems.Add(path, "must be left out with network mode host: it would change the node");
        if (value.Length == 0 || value.Any(char.IsControl)) problems.Add(path, "must have a value without control characters");
    }

    private static void CheckUlimits(ProblemList problems, ImmutableArray<UlimitSpec> ulimits)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < ulimits.Length; i++)
        {
            var path = $"security.ulimits[{i}]";
            var limit = ulimits[i];
            if (!Ulimits.Names.Contains(limit.Name)) problems.Add($"{path}.name", $"must be one of {string.Join(", ", Ulimits.Names)}, was '{limit.Name}'");
            else if (!names.Add(limit.Name)) problems.Add($"{path}.name", $"must not repeat a limit, was '{limit.Name}'");
            problems.AtLeast($"{path}.soft", limit.Soft, Ulimits.Unlimited);
            problems.AtLeast($"{path}.hard", limit.Hard, Ulimits.Unlimited);
            if (AsNumber(limit.Soft) > AsNumber(limit.Hard)) problems.Add($"{path}.soft", $"must be at most hard, {limit.Hard}, was {limit.Soft}");
            // The kernel has a highest number of open files, fs.nr_open, and refuses more than that.
            if (limit.Name == "nofile" && limit.Hard == Ulimits.Unlimited) problems.Add($"{path}.hard", "must be a number for nofile, was -1 (unlimited)");
        }
    }

    private static ulong AsNumber(long limit) => limit == Ulimits.Unlimited ? ulong.MaxValue : (ulong)limit;
}
