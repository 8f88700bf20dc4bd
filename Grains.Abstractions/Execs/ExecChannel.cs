namespace Warren.Execs;

/// <summary>Which of a caller's input is asked for. They come apart, so that a process that reads nothing can still be ended.</summary>
public enum ExecChannel
{
    /// <summary>Bytes for the standard input.</summary>
    Data = 10,

    /// <summary>Sizes and signals.</summary>
    Control = 20,
}
