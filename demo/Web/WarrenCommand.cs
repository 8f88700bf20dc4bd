using System.Text;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Demo.Web;

/// <summary>The command <c>warren</c>, as someone types it.</summary>
internal sealed class WarrenCommand(string socket, Narrator narrator, CancellationToken interrupted)
{
    private static readonly Dictionary<string, string?> s_environment = new() { ["NO_COLOR"] = "1", ["WARREN_HOST"] = null, ["WARREN_CONTEXT"] = null };

    /// <summary>Carries a command out and shows it with what it says.</summary>
    /// <exception cref="DemoFailedException">It did not end well.</exception>
    public async Task ShowAsync(params string[] words)
    {
        narrator.Quote("$ warren " + string.Join(' ', words.Select(Quoted)));
        await RunAsync(words, narrator.Quote);
        narrator.Quote("");
    }

    /// <summary>Carries a command out.</summary>
    /// <returns>What it says.</returns>
    /// <exception cref="DemoFailedException">It did not end well.</exception>
    public async Task<string> ReadAsync(params string[] words)
    {
        var output = new StringBuilder();
        await RunAsync(words, line =>
        {
            lock (output) output.Append(line).Append('\n');
        });
        return output.ToString();
    }

    private static string Quoted(string word) => word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word;

    private async Task RunAsync(string[] words, Action<string> onLine)
    {
        interrupted.ThrowIfCancellationRequested();
        await using var command = ChildProcess.Start("warren " + words[0], CliProgram.Path, ["--host", socket, .. words], environment: s_environment, onLine: onLine);
        var code = await command.Exited.WaitAsync(interrupted);
        if (code != 0) throw new DemoFailedException($"warren {string.Join(' ', words)} ended with exit code {code}");
    }
}
