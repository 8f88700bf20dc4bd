using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Oci;

/// <summary>The default filter of system calls for a container's capabilities on a node.</summary>
internal static class SeccompFilter
{
    private const string Allow = "SCMP_ACT_ALLOW";
    private const string Fail = "SCMP_ACT_ERRNO";
    private const uint Eperm = 1;

    public static OciSeccomp Create(NodeFacts node, ImmutableArray<string> capabilities)
    {
        var architectures = SeccompRules.Architectures(node.Architecture);
        return new()
        {
            DefaultAction = Fail,
            DefaultErrnoRet = Eperm,
            Architectures = architectures.IsEmpty ? null : architectures,
            Syscalls = [.. SeccompRules.All.Where(rule => rule.Applies(node, capabilities)).Select(Syscall)],
        };
    }

    private static OciSyscall Syscall(SeccompRule rule) => new(
        rule.Names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        rule.Errno is null ? Allow : Fail,
        rule.Errno,
        rule.Argument is { } argument ? [Argument(argument)] : null);

    // The value of a masked comparison is the mask; what is left of the argument must equal the second value, which is zero.
    private static OciSyscallArgument Argument(SeccompCondition condition) => new(condition.Index, condition.Value, 0, condition.Comparison switch
    {
        SeccompComparison.Less => "SCMP_CMP_LT",
        SeccompComparison.Equal => "SCMP_CMP_EQ",
        SeccompComparison.Greater => "SCMP_CMP_GT",
        SeccompComparison.MaskedEqual => "SCMP_CMP_MASKED_EQ",
        var other => throw new InvalidOperationException($"no such comparison: {other}"),
    });
}
