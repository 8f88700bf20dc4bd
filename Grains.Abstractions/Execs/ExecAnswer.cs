namespace Warren.Execs;

/// <summary>What became of output.</summary>
public enum ExecAnswer
{
    /// <summary>The caller is gone: the process has to end.</summary>
    Gone = 0,

    /// <summary>The caller has it; the next may come.</summary>
    Taken = 10,

    /// <summary>The caller reads slowly and does not have it: the same again.</summary>
    Busy = 20,
}
