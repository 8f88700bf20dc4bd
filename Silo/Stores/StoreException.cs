namespace Warren.Silo.Stores;

/// <summary>
/// The store could not do what it was asked. The message names the store, the cause and the next step, and says whether
/// anything was written; for grain states and reminders nothing was.
/// </summary>
[GenerateSerializer]
public class StoreException : OrleansException
{
    public StoreException()
    {
    }

    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public StoreException(StoreFault fault, string message, Exception? innerException = null)
        : base(message, innerException!) => Fault = fault;

    /// <summary>What to decide on; the message is for people.</summary>
    [Id(0)]
    public StoreFault Fault { get; private set; }
}
