using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Services;

/// <summary>What would become of a service if a spec were written. Nothing is changed by looking.</summary>
[GenerateSerializer, Alias("warren.service-forecast"), Immutable]
public sealed record ServiceForecast
{
    /// <summary>The spec as it is; null: there is no such service.</summary>
    [Id(0)]
    public ServiceSpec? Before { get; init; }

    /// <summary>The version that a write has to expect to find what was looked at; 0: there is no such service.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>Whether it is being removed, so that nothing can be written.</summary>
    [Id(2)]
    public bool IsRemoving { get; init; }

    /// <summary>Why the spec would be refused, apart from objects that it names and that are not there.</summary>
    [Id(3)]
    public ImmutableArray<ValidationProblem> Problems { get; init; } = [];

    /// <summary>By slot. Empty if there are problems.</summary>
    [Id(4)]
    public ImmutableArray<TaskForecast> Tasks { get; init; } = [];
}
