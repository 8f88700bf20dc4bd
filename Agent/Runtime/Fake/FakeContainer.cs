using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Fake;

/// <summary>All that is kept of a container; the whole state, so that it can be written to a file.</summary>
internal sealed record FakeContainer
{
    public required string Id { get; init; }

    public required ImmutableSortedDictionary<string, string> OwnerLabels { get; init; }

    public required string ImageDigest { get; init; }

    public required FakeBehaviour Behaviour { get; init; }

    public int? ProcessId { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public ContainerExit? Exit { get; init; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? EndsAt => Exit is null && StartedAt is { } start && Behaviour.EndsAfter is { } after ? start + after : null;

    public ContainerExit OwnExit(DateTimeOffset at) => Behaviour.OutOfMemory ? new(128 + 9, at, true) : new(Behaviour.ExitCode, at, false);

    public ContainerStatus ToStatus() => new()
    {
        Id = new(Id),
        State = Exit is not null ? ContainerState.Exited : StartedAt is null ? ContainerState.Created : ContainerState.Running,
        ProcessId = Exit is null ? ProcessId : null,
        StartedAt = StartedAt,
        Exit = Exit,
        OwnerLabels = OwnerLabels,
        ImageDigest = ImageDigest,
    };
}
