namespace Warren.Cli.Running;

/// <summary>What the command ends with; documented in docs/cli.md.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The cluster could not or would not do it.</summary>
    public const int Failed = 1;

    /// <summary>The call is wrong: an unknown flag, a value that breaks a rule, a refusal by a field's rule.</summary>
    public const int Usage = 2;

    /// <summary>There is no such thing.</summary>
    public const int NotFound = 3;

    /// <summary>It was stored, but what was wanted did not come about.</summary>
    public const int NotConverged = 4;

    /// <summary>The manager cannot be reached.</summary>
    public const int Unreachable = 5;

    /// <summary>It is in the way of something: the name is taken, it is in use, someone else has changed it.</summary>
    public const int Conflict = 6;

    /// <summary>Interrupted by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
