using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Nodes;

/// <summary>
/// What takes an agent from one version of its assignments to another. One that begins after what the agent has leaves a gap and cannot be used;
/// the agent asks then with the version that it has.
/// </summary>
[GenerateSerializer, Alias("warren.assignment-message"), Immutable]
public sealed record AssignmentMessage
{
    /// <summary>The version that the agent must have at least; of no meaning if this is everything.</summary>
    [Id(0)]
    public required long From { get; init; }

    /// <summary>The version that it has then.</summary>
    [Id(1)]
    public required long To { get; init; }

    /// <summary>Whether what is not named is not assigned: the agent stops and removes it.</summary>
    [Id(2)]
    public required bool IsEverything { get; init; }

    /// <summary>New and changed assignments.</summary>
    [Id(3)]
    public ImmutableArray<TaskAssignment> Set { get; init; } = [];

    /// <summary>What is no longer assigned.</summary>
    [Id(4)]
    public ImmutableArray<TaskId> Drop { get; init; } = [];

    /// <summary>What the tasks of <see cref="Set"/> that shall run are made from, once each.</summary>
    [Id(5)]
    public ImmutableArray<TaskTemplate> Templates { get; init; } = [];

    /// <summary>The node's labels at that version, for files that are templates. Default (null): as they were told last.</summary>
    [Id(6)]
    public ImmutableSortedDictionary<string, string>? NodeLabels { get; init; }
}
