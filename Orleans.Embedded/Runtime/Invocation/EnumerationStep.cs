namespace Orleans.Serialization.Invocation;

/// <summary>What a step of a remote enumeration does. The numbers are on the wire.</summary>
internal enum EnumerationStep : byte
{
    /// <summary>Calls the method and takes its first items.</summary>
    Start = 1,

    /// <summary>Takes the items that follow.</summary>
    Next = 2,

    /// <summary>Disposes of the enumerator.</summary>
    End = 3,
}
