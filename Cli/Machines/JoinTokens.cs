using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary>Reads a join token as it was given.</summary>
internal static class JoinTokens
{
    private const string Begin = "warren1.", StandardInput = "-";

    /// <summary>The token: the text itself, or that of a file, or of the standard input for <c>-</c>.</summary>
    /// <exception cref="CliException">It is none of them.</exception>
    public static string Read(Terminal terminal, string given)
    {
        if (given.StartsWith(Begin, StringComparison.Ordinal)) return given;
        try
        {
            using var reader = given == StandardInput ? new StreamReader(terminal.In, leaveOpen: true) : new StreamReader(given);
            var text = reader.ReadToEnd().Trim();
            if (text.StartsWith(Begin, StringComparison.Ordinal)) return text;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Said below.
        }

        throw new CliException(
            ExitCodes.Usage, $"--token: must be a join token, which begins with '{Begin}', a file that holds one, or - for the standard input, was '{given}'",
            "on a manager, 'warren cluster join-token create' makes one");
    }
}
