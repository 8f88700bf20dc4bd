namespace Warren.Agent.Runtime.Kernel;

/// <summary>Which ends of a pipe one descriptor holds, in the numbers of <c>open(2)</c>.</summary>
internal enum PipeEnds
{
    /// <summary>It is read.</summary>
    Read = 0,

    /// <summary>It is written; refused while nobody reads.</summary>
    Write = 1,

    /// <summary>Both, which is never refused.</summary>
    Both = 2,
}
