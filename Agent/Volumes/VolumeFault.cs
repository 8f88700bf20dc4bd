namespace Warren.Agent.Volumes;

/// <summary>Why a volume was not given, measured or deleted.</summary>
public enum VolumeFault
{
    /// <summary>The spec is wrong; the message lists every problem.</summary>
    Invalid = 0,

    /// <summary>There is another volume of that name.</summary>
    Conflict = 1,

    /// <summary>Containers use it.</summary>
    InUse = 2,

    /// <summary>The node's disk is full.</summary>
    NoSpace = 3,

    /// <summary>Anything else; the message is the kernel's or the mount program's own, with what was tried.</summary>
    Failed = 4,
}
