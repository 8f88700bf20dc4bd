namespace Orleans.Runtime;

/// <summary>A remote enumeration ended before it was complete, because the grain that ran it is gone or it was left idle too long.</summary>
[GenerateSerializer]
public sealed class EnumerationAbortedException : OrleansException
{
    public EnumerationAbortedException()
    {
    }

    public EnumerationAbortedException(string message)
        : base(message)
    {
    }

    public EnumerationAbortedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
