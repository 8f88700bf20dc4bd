using System.Collections.Immutable;
using Warren.Containers;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>The capabilities of a container, in the kernel's order.</summary>
/// <param name="Bounding">What its processes can have at all.</param>
/// <param name="Named">Those of them that the user added by name.</param>
internal sealed record CapabilityList(ImmutableArray<string> Bounding, ImmutableArray<string> Named)
{
    // Docker's.
    private static readonly ImmutableHashSet<string> s_usual =
    [
        "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD", "CAP_NET_BIND_SERVICE",
        "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];

    public static CapabilityList Compute(SecuritySpec security, NodeFacts node, List<ValidationProblem> problems)
    {
        var known = node.Capabilities;
        var added = Parse(security.AddCapabilities, "security.addCapabilities", problems);
        var dropped = Parse(security.DropCapabilities, "security.dropCapabilities", problems);
        foreach (var name in added.Where(name => name != Capabilities.All && !known.Contains(name)))
            problems.Add(new("security.addCapabilities", $"{name} is not to be had on this node: its kernel {node.Kernel} lacks it, or the machine was started without it"));

        var all = security.Privileged || added.Contains(Capabilities.All);
        var start = all ? known
            : dropped.Contains(Capabilities.All) ? []
            : s_usual.Intersect(known);
        var result = start.Except(dropped).Union(added.Where(known.Contains));
        return new(InOrder(result), InOrder(added.Intersect(known)));
    }

    /// <summary>The sets of the first process.</summary>
    public OciCapabilities For(uint uid)
    {
        if (uid == 0) return new() { Bounding = Bounding, Effective = Bounding, Permitted = Bounding };
        // For another user the kernel takes all sets but the bounding one away at the start of the program, unless they are ambient.
        // What the user added by name is meant for this process, so it is; the rest waits for programs with file capabilities.
        return Named.IsEmpty
            ? new() { Bounding = Bounding }
            : new() { Bounding = Bounding, Effective = Named, Permitted = Named, Inheritable = Named, Ambient = Named };
    }

    private static ImmutableHashSet<string> Parse(ImmutableArray<string> texts, string path, List<ValidationProblem> problems)
    {
        var names = ImmutableHashSet.CreateBuilder<string>();
        foreach (var text in texts)
        {
            if (Capabilities.TryParse(text, out var name)) names.Add(name);
            else problems.Add(new(path, $"'{text}' is no capability"));
        }
        return names.ToImmutable();
    }

    private static ImmutableArray<string> InOrder(ImmutableHashSet<string> names) => [.. Capabilities.Names.Where(names.Contains)];
}
