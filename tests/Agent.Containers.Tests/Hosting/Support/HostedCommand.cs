namespace Warren.Agent.Containers.Tests.Hosting.Support;

/// <summary>What the test asks of the agent.</summary>
/// <param name="Number">Names the answer.</param>
/// <param name="Verb">Which of <see cref="HostedAgent"/>'s.</param>
/// <param name="Order">What to start.</param>
/// <param name="Id">The container, or the volume.</param>
internal sealed record HostedCommand(int Number, string Verb, ContainerOrder? Order = null, string? Id = null);
