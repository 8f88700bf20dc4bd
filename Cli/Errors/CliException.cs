namespace Warren.Cli.Errors;

/// <summary>A command cannot go on.</summary>
/// <param name="exitCode">What it ends with.</param>
/// <param name="message">What is wrong; further lines are shown below.</param>
/// <param name="hint">What to do next.</param>
internal sealed class CliException(int exitCode, string message, string hint) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Hint { get; } = hint;
}
