namespace Warren.Agent.Logs;

/// <summary>What stands before the text of a line.</summary>
/// <param name="At">When it was read from the container, UTC.</param>
/// <param name="Stream">Which stream.</param>
/// <param name="IsPartial">Whether it goes on in the stream's next entry.</param>
/// <param name="TextStart">Where in the line its text begins.</param>
internal readonly record struct LogLineHead(DateTimeOffset At, LogStream Stream, bool IsPartial, int TextStart);
