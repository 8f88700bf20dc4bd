namespace Warren.Cli.Manifests;

/// <summary>A service that another one needs.</summary>
/// <param name="Service">The one that is needed.</param>
/// <param name="Condition">How far it must have come.</param>
internal sealed record ServiceDependency(string Service, DependencyCondition Condition);
