namespace Warren.Agent.Runtime;

/// <summary>Something happened to a container. An event says "look"; <see cref="IContainerRuntime.ListAsync"/> says what is.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">The container; the default value with <see cref="RuntimeEventKind.Resync"/>.</param>
/// <param name="Exit">With <see cref="RuntimeEventKind.Exited"/>: how.</param>
public sealed record RuntimeEvent(RuntimeEventKind Kind, ContainerId Id, ContainerExit? Exit = null);
