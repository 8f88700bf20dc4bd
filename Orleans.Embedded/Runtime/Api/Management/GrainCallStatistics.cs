using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The calls that the activations of one grain class have answered in one silo since it started. Timer ticks are no calls.</summary>
[GenerateSerializer]
[Immutable]
public sealed record GrainCallStatistics
{
    /// <summary>The grain class, as <c>Namespace.Class,Assembly</c>.</summary>
    [Id(0)]
    public required string GrainType { get; init; }

    [Id(1)]
    public required SiloAddress SiloAddress { get; init; }

    /// <summary>Activations at this moment.</summary>
    [Id(2)]
    public required int Activations { get; init; }

    [Id(3)]
    public required long Calls { get; init; }

    /// <summary>Those of <see cref="Calls"/> that ended with an exception.</summary>
    [Id(4)]
    public required long Errors { get; init; }

    /// <summary>The time from the start of each call to its answer, added up. The time in the queue is not in it.</summary>
    [Id(5)]
    public required TimeSpan TotalTime { get; init; }

    /// <summary>The time of the slowest call.</summary>
    [Id(6)]
    public required TimeSpan LongestTime { get; init; }

    /// <summary>The time of a call on average; zero when there was none.</summary>
    public TimeSpan MeanTime => Calls == 0 ? TimeSpan.Zero : TotalTime / Calls;
}
