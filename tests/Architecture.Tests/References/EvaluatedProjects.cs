namespace Warren.Architecture.Tests.References;

/// <summary>The evaluation of all projects, made once for the tests that read it.</summary>
public sealed class EvaluatedProjects : IAsyncLifetime
{
    internal IReadOnlyList<ProjectFacts> Projects { get; private set; } = [];

    public async Task InitializeAsync() => Projects = await ProjectFacts.EvaluateAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
