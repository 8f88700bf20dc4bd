using Warren.Cli.Running;

namespace Warren.Cli.Tests.Testing;

/// <summary>What a command wrote and ended with, at 80 columns.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    /// <summary>Carries a command out by itself, in an empty environment.</summary>
    public static Task<Outcome> OfAsync(params string[] words) => OfAsync([], words);

    /// <summary>Carries a command out by itself.</summary>
    /// <param name="variables">Its environment.</param>
    /// <param name="words">What was typed.</param>
    public static Task<Outcome> OfAsync(Dictionary<string, string> variables, params string[] words) => OfAsync(variables, new StandingTime(), words);

    /// <summary>Carries a command out by itself, by a clock of its own.</summary>
    /// <param name="variables">Its environment.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="words">What was typed.</param>
    public static async Task<Outcome> OfAsync(Dictionary<string, string> variables, TimeProvider time, params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var app = new App(new(output, error, new MemoryStream()) { Variable = variables.GetValueOrDefault }, time);
        var code = await app.RunAsync(words);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Compares both outputs with a golden file, each line at most 80 columns.</summary>
    public void ShouldBeGolden(string name, [System.Runtime.CompilerServices.CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name + ".txt");
        var actual = $"{Out}{(Error.Length == 0 ? "" : "--- error\n" + Error)}--- exit code {Code}\n";
        if (File.Exists(path) && File.ReadAllText(path) == actual)
        {
            Out.Split('\n').ShouldAllBe(line => line.Length <= 80);
            return;
        }

        File.WriteAllText(path.Replace(".txt", ".received.txt", StringComparison.Ordinal), actual);
        Assert.Fail($"{path} does not say this; if it is meant, put {name}.received.txt in its place:\n{actual}");
    }

    // Shows the time of the answers; what is waited for passes as it does.
    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => ScriptedManager.Now;
    }
}
