using System.Collections.Immutable;
using Warren.Configs;
using Warren.Secrets;
using Warren.Services;
using Warren.Validation;
using Warren.Volumes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Planning;

/// <summary>One resource while it is looked at.</summary>
internal sealed class PlanItem
{
    private PlanItem(Proto.ResourceKind kind, string name) => Plan = new() { Kind = kind, Name = name };

    /// <summary>What is answered.</summary>
    public Proto.ResourcePlan Plan { get; }

    public Proto.ResourceKind Kind => Plan.Kind;

    public string Name => Plan.Name;

    /// <summary>Whether it is to go.</summary>
    public bool IsRemoval { get; private init; }

    /// <summary>What is to be written; null: another kind, or nothing that could be read.</summary>
    public ServiceSpec? Service { get; private init; }

    public SecretSpec? Secret { get; private init; }

    public ConfigSpec? Config { get; private init; }

    public VolumeSpec? Volume { get; private init; }

    /// <summary>What becomes of tasks.</summary>
    public ImmutableArray<TaskForecast> Tasks { get; set; } = [];

    /// <summary>Whether its content gets another version.</summary>
    public bool IsRenewed { get; set; }

    public bool IsRefused => Plan.Problems.Count > 0;

    public static PlanItem Of(ServiceSpec spec) => new(Proto.ResourceKind.Service, spec.Name == default ? "" : spec.Name.Value) { Service = spec };

    public static PlanItem Of(SecretSpec spec) => new(Proto.ResourceKind.Secret, spec.Name.Value) { Secret = spec };

    public static PlanItem Of(ConfigSpec spec) => new(Proto.ResourceKind.Config, spec.Name.Value) { Config = spec };

    public static PlanItem Of(VolumeSpec spec) => new(Proto.ResourceKind.Volume, spec.Name) { Volume = spec };

    /// <summary>One that could not be read.</summary>
    public static PlanItem Unreadable(Proto.ResourceKind kind, string name) => new(kind, name);

    public static PlanItem Removal(Proto.ResourceKind kind, string name) => new(kind, name) { IsRemoval = true };

    /// <summary>Notes what is wrong with it.</summary>
    public void Add(IEnumerable<ValidationProblem> problems)
    {
        foreach (var problem in problems) Add(problem.Path, problem.Message);
    }

    /// <inheritdoc cref="Add(IEnumerable{ValidationProblem})"/>
    public void Add(string field, string description) => Plan.Problems.Add(new Proto.PlanProblem { Field = field, Description = description });
}
