using System.Collections.Immutable;
using System.Globalization;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>What is mounted, in the order of mounting.</summary>
internal static class MountSection
{
    private const long UsualSharedMemory = 64 * 1024 * 1024;

    public static List<OciMount> Create(OciSpecInput input, List<ValidationProblem> problems)
    {
        var request = input.Request;
        var wanted = request.Mounts.ToList();
        if (request.Spec.Init)
        {
            if (input.InitPath is { } path) wanted.Add(new("bind", path, ProcessSection.InitTarget, ["bind", "ro", "nosuid", "nodev", "rprivate"]));
            else problems.Add(new("init", "there is no init program on this node; install Debian's package 'tini', or name one in the agent's options"));
        }
        foreach (var mount in request.Mounts)
        {
            if (NodeMountRules.Problem(mount, input.NodeMounts) is { } problem) problems.Add(new("mounts", problem));
        }
        foreach (var twice in wanted.GroupBy(mount => Clean(mount.Target)).Where(group => group.Count() > 1))
            problems.Add(new("mounts", $"more than one is at {twice.Key}"));

        var targets = wanted.Select(mount => Clean(mount.Target)).ToHashSet(StringComparer.Ordinal);
        var standard = Standard(request)
            .Where(mount => !targets.Contains(mount.Destination))
            .Where(mount => !targets.Contains("/dev") || !mount.Destination.StartsWith("/dev/", StringComparison.Ordinal));
        // One that lies below another must come after it, whatever the order of the request; the sort is stable.
        var own = wanted
            .Select(mount => new OciMount(Clean(mount.Target), mount.Type, mount.Source, mount.Options))
            .OrderBy(mount => Depth(mount.Destination));
        return [.. standard, .. own];
    }

    /// <summary>Mounts travel through a bind mount only if the root of the container lets them pass.</summary>
    public static string? RootPropagation(ImmutableArray<ContainerMount> mounts)
    {
        var options = mounts.SelectMany(mount => mount.Options).ToHashSet(StringComparer.Ordinal);
        if (options.Contains("rshared") || options.Contains("shared")) return "shared";
        return options.Contains("rslave") || options.Contains("slave") ? "rslave" : null;
    }

    private static List<OciMount> Standard(ContainerRequest request)
    {
        var security = request.Spec.Security;
        var kernelAccess = security.Privileged && !security.ReadOnlyRoot ? "rw" : "ro";
        var sharedMemory = (request.Spec.Resources.SharedMemorySize ?? UsualSharedMemory).ToString(CultureInfo.InvariantCulture);
        return
        [
            new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
            new("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            new("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            new("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", kernelAccess]),
            new("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", kernelAccess]),
            new("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
            new("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", $"size={sharedMemory}"]),
        ];
    }

    private static string Clean(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    private static int Depth(string path) => path.Count(c => c == '/');
}
