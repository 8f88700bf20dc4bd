using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Warren.Agent.Runtime.Oci;

/// <summary>System calls that are treated alike, and when. All conditions must hold.</summary>
/// <param name="Names">The system calls, with white space between them.</param>
internal sealed record SeccompRule(string Names)
{
    /// <summary>The error that they end in; null if they are allowed.</summary>
    public uint? Errno { get; init; }

    /// <summary>What must hold of one argument.</summary>
    public SeccompCondition? Argument { get; init; }

    /// <summary>The container can have this capability.</summary>
    public string? WithCapability { get; init; }

    /// <summary>The container cannot have this capability.</summary>
    public string? WithoutCapability { get; init; }

    /// <summary>The processor is one of these; empty for any.</summary>
    public ImmutableArray<Architecture> OnlyOn { get; init; } = [];

    /// <summary>The processor is none of these.</summary>
    public ImmutableArray<Architecture> NotOn { get; init; } = [];

    /// <summary>The kernel is of this version or later.</summary>
    public Version? FromKernel { get; init; }

    public bool Applies(NodeFacts node, ImmutableArray<string> capabilities) =>
        (WithCapability is null || capabilities.Contains(WithCapability))
        && (WithoutCapability is null || !capabilities.Contains(WithoutCapability))
        && (OnlyOn.IsEmpty || OnlyOn.Contains(node.Architecture))
        && !NotOn.Contains(node.Architecture)
        && (FromKernel is null || node.Kernel >= FromKernel);
}
