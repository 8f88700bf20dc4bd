namespace Warren.Agent.Containers;

/// <summary>A file of a running container that is to have this content.</summary>
/// <param name="File">The file.</param>
/// <param name="Signal">The number of the signal for the first process if it had another content. Null: none.</param>
public sealed record FileReplacement(ContainerFile File, int? Signal);
