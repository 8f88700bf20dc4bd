using System.Diagnostics;
using System.Globalization;

namespace Warren.TestSupport;

/// <summary>Runs the programs of Debian's PostgreSQL, which refuse to run as root, as the user that its package made.</summary>
internal static class PostgresTools
{
    private const string User = "postgres";

    private static readonly Lazy<string> s_folder = new(FindFolder);

    /// <summary>Starts a program whose standard input is a pipe from this process.</summary>
    public static Process Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var command = (string[])[program, .. arguments];
        if (Environment.IsPrivilegedProcess)
            command = ["setpriv", $"--reuid={User}", $"--regid={User}", "--init-groups", .. command];
        start.FileName = command[0];
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var text = await output;
        if (process.ExitCode == 0) return text;
        var code = process.ExitCode.ToString(CultureInfo.InvariantCulture);
        throw new InvalidOperationException($"{program} failed with {code}:\n{text}{await errors}");
    }

    /// <summary>The full path of one of the server's programs.</summary>
    public static string Find(string name) => Path.Combine(s_folder.Value, name);

    private static string FindFolder()
    {
        const string Root = "/usr/lib/postgresql";
        var newest = (Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
            .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
            .MaxBy(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0);
        return newest is not null
            ? Path.Combine(newest, "bin")
            : throw new InvalidOperationException(
                $"No PostgreSQL server under {Root}/*/bin. These tests need Debian's package 'postgresql'; scripts/setup installs it.");
    }
}
