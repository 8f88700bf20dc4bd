namespace Warren.Silo.Stores;

/// <summary>
/// This silo was declared dead, or is no member of its cluster, so the store refused its write. Nothing was written, and nothing
/// ever will be by this life of the silo: others may own its grains already.
/// </summary>
[GenerateSerializer]
public sealed class StoreFencedException : StoreException
{
    public StoreFencedException()
    {
    }

    public StoreFencedException(string message)
        : base(StoreFault.Fenced, message)
    {
    }

    public StoreFencedException(string message, Exception innerException)
        : base(StoreFault.Fenced, message, innerException)
    {
    }
}
