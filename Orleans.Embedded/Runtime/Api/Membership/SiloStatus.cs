namespace Orleans.Runtime;

/// <summary>
/// Where a silo is in its life. A silo's status only ever advances: the order of the numbers is the order of life, and the numbers
/// are stored.
/// </summary>
[GenerateSerializer]
public enum SiloStatus
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>Made, but not yet written to the membership table by the embedded engine.</summary>
    Created = 1,

    /// <summary>In the table, and checking that it reaches the active silos. Owns no grain.</summary>
    Joining = 2,

    /// <summary>On the ring: owns grains.</summary>
    Active = 3,

    /// <summary>Leaving in good order: off the ring, handing over its grains.</summary>
    ShuttingDown = 4,

    /// <summary>Leaving at once: off the ring, without a hand-over.</summary>
    Stopping = 5,

    /// <summary>Ended, or declared dead by the others. Final.</summary>
    Dead = 6,
}
