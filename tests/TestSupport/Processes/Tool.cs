using System.Diagnostics;

namespace Warren.TestSupport.Processes;

/// <summary>Programs that are run to their end.</summary>
public static class Tool
{
    /// <summary>Runs one.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="ChildFailedException">It is not there, or its exit code was not 0; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(string file, params IEnumerable<string> arguments)
    {
        var (code, output, errors) = await TryAsync(file, arguments);
        if (code != 0)
            throw new ChildFailedException($"{file} {string.Join(' ', arguments)} ended with exit code {code}:\n{errors}{output}");
        return output;
    }

    /// <summary>Runs one that may fail.</summary>
    public static async Task<(int Code, string Output, string Errors)> TryAsync(string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new ChildFailedException($"{file} did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
