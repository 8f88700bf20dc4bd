using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary>Finds Warren's daemon on this machine.</summary>
internal static class WarrendProgram
{
    private const string Name = "warrend";

    /// <summary>Its path: beside this command, in the output of a build of the same sources, or in the folders of PATH, in this order.</summary>
    /// <param name="own">The path of this command's program.</param>
    /// <param name="terminal">Where the variables are.</param>
    /// <exception cref="CliException">It is nowhere.</exception>
    public static string Find(string own, Terminal terminal)
    {
        var beside = Path.GetDirectoryName(own)!;
        var found = new[] { Path.Combine(beside, Name) }
            .Concat(OfBuild(beside))
            .Concat((terminal.Variable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, Name)))
            .FirstOrDefault(File.Exists);
        return found ?? throw new CliException(
            ExitCodes.Failed, $"the daemon {Name} is not found: it is not beside {own} and not in PATH", $"put it there; from the sources it is built by: dotnet build Daemon -c Release");
    }

    // A Release build publishes it, compiled ahead of time; that one comes first.
    private static IEnumerable<string> OfBuild(string folder)
    {
        for (var up = folder; up is not null; up = Path.GetDirectoryName(up))
        {
            var output = Path.Combine(up, "Daemon", "bin");
            if (!File.Exists(Path.Combine(up, "Warren.sln")) || !Directory.Exists(output)) continue;
            return Directory.EnumerateFiles(output, Name, SearchOption.AllDirectories)
                .OrderByDescending(file => file.Contains("/Release/", StringComparison.Ordinal))
                .ThenByDescending(file => file.Contains("/publish/", StringComparison.Ordinal));
        }

        return [];
    }
}
