namespace Warren.Silo.Stores;

/// <summary>
/// The store cannot be used at the moment: it is away, locked, overloaded or closing. Nothing was written. The same call may work
/// later without anybody changing anything.
/// </summary>
[GenerateSerializer]
public sealed class StoreUnavailableException : StoreException
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public StoreUnavailableException(StoreFault fault, string message, Exception? innerException = null)
        : base(fault, message, innerException)
    {
    }
}
