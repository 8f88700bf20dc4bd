using System.Diagnostics;

namespace Warren.Architecture.Tests;

/// <summary>Runs a program in the repository root, without standard input.</summary>
internal static class Command
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task<CommandResult> RunAsync(string program, params string[] arguments)
    {
        // A path is meant from the repository's root, where Process would take it from the current folder.
        var path = program.Contains('/', StringComparison.Ordinal) ? Repository.Absolute(program) : program;
        var start = new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {s_limit}.");
        }
    }
}

internal sealed record CommandResult(int ExitCode, string Output, string Errors);
