using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Warren.Agent.Runtime.Containerd;

namespace Warren.Agent.Runtime.Preflight;

/// <summary>Says before the start of a worker all that keeps this machine from running containers, and what to install.</summary>
public static partial class WorkerPreflight
{
    private static readonly Version s_leastContainerd = new(1, 6);
    private static readonly Version s_leastRunc = new(1, 1);
    private static readonly Version s_leastNft = new(0, 9, 8);

    // openat2(2), by which files of a container are read without following links out of it.
    private static readonly Version s_leastKernel = new(5, 6);

    private static readonly ImmutableArray<string> s_controllers = ["cpu", "cpuset", "memory", "pids"];

    /// <summary>Looks at this machine.</summary>
    /// <returns>All problems, a sentence each; empty when a worker may start.</returns>
    public static async Task<ImmutableArray<string>> CheckAsync(ContainerdOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        FindProblems(await WorkerFactsReader.ReadAsync(options, time, cancellationToken));

    internal static ImmutableArray<string> FindProblems(WorkerFacts facts) =>
    [
        .. Permissions(facts),
        .. Kernel(facts),
        .. Containerd(facts),
        .. Program(facts.RuncProgram, facts.RuncVersion, s_leastRunc, "runc"),
        .. Program("nft", facts.NftVersion, s_leastNft, "nftables"),
        .. Logger(facts),
    ];

    private static IEnumerable<string> Permissions(WorkerFacts facts)
    {
        if (facts.EffectiveUser != 0) yield return $"a worker must run as root, this is user {facts.EffectiveUser}; start it by its systemd unit, or with sudo";
        else if (!facts.HasSystemAdmin) yield return "this process lacks CAP_SYS_ADMIN, without which it cannot mount; it seems to run in a container that is not privileged";
        if (facts is { EffectiveUser: 0, HasNetworkAdmin: false }) yield return "this process lacks CAP_NET_ADMIN, without which it cannot connect containers";
    }

    private static IEnumerable<string> Kernel(WorkerFacts facts)
    {
        if (facts.Kernel < s_leastKernel) yield return $"the kernel is {facts.Kernel}, at least {s_leastKernel} is needed; Debian 11 and later have one (package linux-image-amd64)";
        var missing = s_controllers.Except(facts.Controllers).ToList();
        if (missing.Count > 0)
            yield return $"the kernel offers no control group for {string.Join(", ", missing)}; look at the kernel's command line (cgroup_enable=memory, cgroup_disable=)";
    }

    private static IEnumerable<string> Containerd(WorkerFacts facts)
    {
        if (facts.ContainerdVersion is null)
        {
            yield return facts.IsContainerdInstalled
                ? $"containerd does not answer: {facts.ContainerdFailure}; look at 'systemctl status containerd'"
                : $"containerd is not installed ({facts.ContainerdFailure}); install the Debian package containerd";
        }
        else if (ParseVersion(facts.ContainerdVersion) is { } version && version < s_leastContainerd)
        {
            yield return $"containerd is {facts.ContainerdVersion}, at least {s_leastContainerd} is needed; upgrade the Debian package containerd";
        }
        else if (facts.SnapshotterFailure is null)
        {
            yield return $"containerd has no snapshotter {facts.Snapshotter}; look at disabled_plugins in /etc/containerd/config.toml";
        }
        else if (facts.SnapshotterFailure.Length > 0)
        {
            yield return $"containerd's snapshotter {facts.Snapshotter} does not work: {facts.SnapshotterFailure}; the file system below containerd's root must "
                + "support overlays (ext4, or xfs with ftype=1), and the kernel must have overlayfs (modprobe overlay)";
        }
        if (!facts.IsShimInstalled) yield return $"{facts.ShimProgram} is not in the PATH; it comes with the Debian package containerd";
    }

    private static IEnumerable<string> Program(string program, string? text, Version least, string package)
    {
        if (text is null) yield return $"{program} is not installed or cannot be run; install the Debian package {package}";
        else if (ParseVersion(text) is not { } version) yield return $"{program} says of its version '{text}', which is none; install the Debian package {package}";
        else if (version < least) yield return $"{program} is {version}, at least {least} is needed; upgrade the Debian package {package}";
    }

    private static IEnumerable<string> Logger(WorkerFacts facts)
    {
        if (!facts.IsLoggerInstalled)
            yield return $"{facts.LoggerProgram}, which keeps the output of containers, is missing or may not be executed; install Warren again";
    }

    // The first number with a dot: of "runc version 1.1.5+ds1", "nftables v1.0.6 (Lester Gooch #5)", "1.6.20~ds1", "v2.0.0-rc.1".
    private static Version? ParseVersion(string text) =>
        VersionNumber().Match(text) is { Success: true } match && Version.TryParse(match.Value, out var version) ? version : null;

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex VersionNumber();
}
