namespace Orleans.Serialization.Invocation;

/// <summary>The wire names of enumeration steps, which have no method of their own.</summary>
internal static class EnumerationIds
{
    private const ulong StepMask = 0x5354455053544550;

    /// <summary>From a method's id to that of its steps, and back.</summary>
    public static ulong StepOf(ulong methodId) => methodId ^ StepMask;
}
