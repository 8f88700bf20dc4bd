namespace Warren.Agent.Logs;

/// <summary>A line of a container's output, or a part of one that is longer than the logger's buffer.</summary>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Stream">Where it was written to.</param>
/// <param name="Text">The bytes, without the line end.</param>
/// <param name="IsPartial">Whether the line goes on in the next entry of the same stream.</param>
public sealed record LogEntry(DateTimeOffset At, LogStream Stream, ReadOnlyMemory<byte> Text, bool IsPartial);
