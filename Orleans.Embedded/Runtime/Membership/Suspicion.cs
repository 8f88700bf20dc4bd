namespace Orleans.Runtime.Membership;

/// <summary>What a silo makes of its evidence about another.</summary>
internal enum Suspicion
{
    /// <summary>Nothing speaks against it, or not enough yet.</summary>
    None = 0,

    /// <summary>It answered no probe for the limit of silence: frozen, its machine off, or the link between the two broken.</summary>
    Silent = 1,

    /// <summary>Its endpoint refused twice: the process has ended.</summary>
    Gone = 2,

    /// <summary>It answers, and may be no silo any more: its certificate was revoked, say.</summary>
    Barred = 3,
}
