using System.Text;

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

    /// <summary>Whether <see cref="Out"/> is a terminal on which something may be drawn over and over in one place.</summary>
    public bool CanRedrawOut { get; init; }

    /// <summary>Whether it was found that nobody reads <see cref="Out"/> any more, as the end of a pipe. Default: somebody does.</summary>
    public Func<bool> IsOutClosed { get; init; } = () => false;

    /// <summary>The size of that terminal now, which a person may change; null: it has none.</summary>
    public Func<(int Columns, int Rows)?> Measure { get; init; } = () => null;

    /// <summary>Whether colour is wanted.</summary>
    public bool UsesColor { get; init; }

    /// <summary>Whether the standard input is a terminal.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>Where bytes of <see cref="Out"/> are written that are no text of this command. Default: nowhere.</summary>
    public Stream OutBytes { get; init; } = Stream.Null;

    /// <summary>The same of <see cref="Error"/>.</summary>
    public Stream ErrorBytes { get; init; } = Stream.Null;

    /// <summary>Variables of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>That of this process.</summary>
    public static Terminal OfProcess()
    {
        var isPlain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var canRedraw = Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        var (output, error) = (new StandardStream(TerminalCalls.Output), new StandardStream(TerminalCalls.Error));
        return new(Writer(output), Writer(error), Console.OpenStandardInput())
        {
            Width = Console.IsOutputRedirected ? StandardWidth : Math.Max(40, TerminalCalls.SizeOf(TerminalCalls.Output)?.Columns ?? StandardWidth),
            IsInputTerminal = !Console.IsInputRedirected,
            OutBytes = output,
            ErrorBytes = error,
            IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            CanRedraw = !Console.IsErrorRedirected && canRedraw,
            CanRedrawOut = !Console.IsOutputRedirected && canRedraw,
            IsOutClosed = () => output.IsClosed,
            Measure = () => TerminalCalls.SizeOf(TerminalCalls.Output),
            UsesColor = !isPlain && !Console.IsOutputRedirected,
            Variable = Environment.GetEnvironmentVariable,
        };
    }

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true });
}
