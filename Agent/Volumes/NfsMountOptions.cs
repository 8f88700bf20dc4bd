using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>The options of an <c>nfs</c> volume, read.</summary>
/// <param name="Source">What is mounted: <c>server:path</c>.</param>
/// <param name="MountOptions">For <c>mount -o</c>.</param>
internal sealed partial record NfsMountOptions(string Source, string MountOptions)
{
    // Those of nfs(5) that change how files are read, written and found again. Left out: "bg" (comes back before anything is mounted), "suid" and
    // "dev" (a server would give away the node).
    private static readonly FrozenSet<string> s_known =
        ("ac acdirmax acdirmin acl acregmax acregmin actimeo async atime clientaddr cto fg fsc hard intr local_lock lock lookupcache "
        + "max_connect migration minorversion mountport mountproto mountvers namlen nconnect nfsvers noac noacl noatime nocto nodev nodiratime noexec nofsc nointr "
        + "nolock nomigration nordirplus noresvport nosharecache nosuid port proto rdirplus rdma relatime resvport retrans retry ro rsize rw sec sharecache soft "
        + "softerr softreval nosoftreval strictatime sync tcp timeo udp vers wsize").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] s_waiting = ["hard", "soft", "softerr"];

    /// <summary>Reads them, and says everything that is wrong.</summary>
    public static (NfsMountOptions Options, IReadOnlyList<string> Problems) Read(VolumeSpec spec)
    {
        var problems = new List<string>();
        foreach (var name in spec.Options.Keys.Where(name => name is not ("server" or "path" or "options")))
            problems.Add($"options.{name}: the driver 'nfs' has no such option; it has server, path and options");

        var server = spec.Options.GetValueOrDefault("server", "");
        if (!ServerPattern().IsMatch(server)) problems.Add($"options.server: must be a host name or an address (IPv6 in brackets), was '{server}'");
        var path = spec.Options.GetValueOrDefault("path", "");
        if (!path.StartsWith('/') || path.Any(char.IsControl)) problems.Add($"options.path: must be an absolute path on the server, was '{path}'");

        List<string> options = [.. spec.Options.GetValueOrDefault("options", "").Split(',', StringSplitOptions.RemoveEmptyEntries)];
        foreach (var option in options)
        {
            if (!OptionPattern().IsMatch(option)) problems.Add($"options.options: '{option}' is not of the form name or name=value");
            else if (!s_known.Contains(option.Split('=')[0])) problems.Add($"options.options: '{option}' is not an option that may be given; see nfs(5)");
        }

        var names = options.Select(option => option.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        // A server that is away makes calls fail in half a minute instead of hanging for ever, unless asked otherwise.
        if (!names.Overlaps(s_waiting)) options.Add("soft");
        if (!names.Contains("timeo") && !names.Contains("hard")) options.Add("timeo=100");
        if (!names.Contains("retrans") && !names.Contains("hard")) options.Add("retrans=2");
        if (!names.Contains("retry")) options.Add("retry=0");
        foreach (var option in new[] { "nosuid", "nodev" }.Where(option => !names.Contains(option))) options.Add(option);
        return (new NfsMountOptions($"{server}:{path}", string.Join(',', options)), problems);
    }

    [GeneratedRegex(@"^([A-Za-z0-9]([A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?\])\z")]
    private static partial Regex ServerPattern();

    [GeneratedRegex(@"^[a-z_]+(=[A-Za-z0-9._:/\[\]%-]+)?\z")]
    private static partial Regex OptionPattern();
}
