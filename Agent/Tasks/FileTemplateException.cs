namespace Warren.Agent.Tasks;

/// <summary>A file of a task is a template whose fields cannot be filled in.</summary>
/// <param name="message">Which, where and why.</param>
internal sealed class FileTemplateException(string message) : Exception(message);
