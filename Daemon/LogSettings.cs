using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace Warren.Daemon;

/// <summary>The option that says how much is logged.</summary>
internal sealed class LogSettings
{
    private readonly Option<LogLevel> _level = new("--log-level")
    {
        Description = "The least severe entries that are logged. Below Information the engine's are among them, which are many.",
        DefaultValueFactory = _ => LogLevel.Information,
    };

    /// <summary>Adds it to a command.</summary>
    public void AddTo(Command command) => command.Add(_level);

    /// <summary>What was given, or the default.</summary>
    public LogLevel Get(ParseResult parsed) => parsed.GetValue(_level);
}
