using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Warren.Containers;

/// <summary>The capabilities of Linux by name (<c>capabilities(7)</c>).</summary>
public static class Capabilities
{
    /// <summary>Stands for each capability.</summary>
    public const string All = "ALL";

    private const string Prefix = "CAP_";

    /// <summary>The names, <c>CAP_CHOWN</c> first; the place of each is its number in the kernel.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>Takes <c>CAP_NET_ADMIN</c> or <c>NET_ADMIN</c> in any case, or <see cref="All"/>.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="name">One of <see cref="Names"/>, or <see cref="All"/>.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? name)
    {
        var upper = text?.ToUpperInvariant() ?? "";
        var full = upper == All || upper.StartsWith(Prefix, StringComparison.Ordinal) ? upper : Prefix + upper;
        name = full == All || Names.Contains(full) ? full : null;
        return name is not null;
    }
}
