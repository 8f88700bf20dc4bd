namespace Orleans.Runtime;

/// <summary>Numbers that are unique in this process and, with its random part, in the cluster.</summary>
internal static class CallIds
{
    private static readonly long Process = BitConverter.ToInt64(Guid.NewGuid().ToByteArray());
    private static long _last;
    private static long _lastUnique;

    public static long Next() => Interlocked.Increment(ref _last);

    public static Guid NewReentrancyId() => NewUnique();

    public static Guid NewEnumerationId() => NewUnique();

    /// <summary>Names one run of a client.</summary>
    public static Guid NewClientId() => Guid.NewGuid();

    private static Guid NewUnique()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Process);
        BitConverter.TryWriteBytes(bytes[8..], Interlocked.Increment(ref _lastUnique));
        return new Guid(bytes);
    }
}
