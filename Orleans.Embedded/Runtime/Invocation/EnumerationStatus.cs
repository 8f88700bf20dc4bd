namespace Orleans.Serialization.Invocation;

/// <summary>How a step of a remote enumeration ended. The numbers are on the wire.</summary>
[GenerateSerializer]
internal enum EnumerationStatus : byte
{
    /// <summary>There may be more; the batch may be empty when none came for a while.</summary>
    Continues = 0,

    /// <summary>There are no more items after this batch.</summary>
    Completed = 1,

    /// <summary>The grain does not know the enumeration: it was activated anew, or the enumeration was left idle.</summary>
    Unknown = 2,
}
