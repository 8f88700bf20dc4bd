namespace Warren.Execs;

/// <summary>What comes from a process. After <see cref="Exited"/> and all that follow it nothing comes.</summary>
public enum ExecOutputKind
{
    /// <summary>It runs.</summary>
    Started = 10,

    /// <summary>It wrote to its standard output, or its terminal.</summary>
    Stdout = 20,

    /// <summary>It wrote to its standard error.</summary>
    Stderr = 30,

    /// <summary>It has ended.</summary>
    Exited = 40,

    /// <summary>It was not started, and never will be as it was asked for: there is no such command.</summary>
    Invalid = 50,

    /// <summary>It was not started, as things are: the container does not run, or the node has too many.</summary>
    Refused = 60,

    /// <summary>It broke off. If it had started, it is killed.</summary>
    Failed = 70,
}
