namespace Orleans.Runtime;

/// <summary>What a control frame between processes says. The numbers are on the wire.</summary>
internal static class ControlKind
{
    /// <summary>The sender's view of the cluster.</summary>
    public const byte View = 1;

    /// <summary>Asks for the receiver's view of the cluster.</summary>
    public const byte ViewRequest = 2;

    /// <summary>Asks for, or tells, which grain types implement which interfaces.</summary>
    public const byte Manifest = 3;

    /// <summary>The sender has let go of all grains that it does not own by a view.</summary>
    public const byte ReleasedAll = 4;

    /// <summary>Asks the former owner of a grain to let go of it.</summary>
    public const byte ReleaseGrain = 5;

    /// <summary>The sender has let go of a grain.</summary>
    public const byte ReleasedGrain = 6;

    /// <summary>Asks the receiver to probe a suspected silo at once.</summary>
    public const byte ProbeRequest = 7;
}
