namespace Warren.Agent.Runtime;

/// <summary>The size of a terminal, in characters; each at least 1.</summary>
public readonly record struct TerminalSize(int Columns, int Rows);
