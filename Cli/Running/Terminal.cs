namespace Warren.Cli.Running;

/// <summary>Where a command reads and writes.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">Errors, progress and questions.</param>
/// <param name="In">Answers, and content by <c>-</c>.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, Stream In)
{
    /// <summary>The width for which tables are made when nothing else is known, in columns.</summary>
    public const int StandardWidth = 80;

    /// <summary>How many columns there are.</summary>
    public int Width { get; init; } = StandardWidth;

    /// <summary>Whether a person sits at both ends, who can be asked.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether progress may be drawn over and over in one place.</summary>
    public bool CanRedraw { get; init; }

    /// <summary>Whether colour is wanted.</summary>
    public bool UsesColor { get; init; }

    /// <summary>Variables of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>That of this process.</summary>
    public static Terminal OfProcess()
    {
        var isPlain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new(Console.Out, Console.Error, Console.OpenStandardInput())
        {
            Width = Console.IsOutputRedirected ? StandardWidth : Math.Max(40, WindowWidth()),
            IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            CanRedraw = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"),
            UsesColor = !isPlain && !Console.IsOutputRedirected,
            Variable = Environment.GetEnvironmentVariable,
        };
    }

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : StandardWidth;
        }
        catch (IOException)
        {
            return StandardWidth;
        }
    }
}
