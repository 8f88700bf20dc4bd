namespace Warren.Agent.Runtime.Oci;

/// <summary>All that a further process of a container is computed from.</summary>
internal sealed record OciExecInput
{
    /// <summary>What is asked for.</summary>
    public required ExecRequest Request { get; init; }

    /// <summary>The container's specification, as <see cref="OciSpecBuilder.Build"/> made it.</summary>
    public required ReadOnlyMemory<byte> ContainerSpec { get; init; }

    /// <summary>The node.</summary>
    public required NodeFacts Node { get; init; }

    /// <summary>The container's <c>/etc/passwd</c>, or null if it has none.</summary>
    public string? Passwd { get; init; }

    /// <summary>The container's <c>/etc/group</c>, or null if it has none.</summary>
    public string? Group { get; init; }
}
