using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// The record was changed by another activation since this one read it. Nothing was written; the activation that gets this is ended.
/// </summary>
[GenerateSerializer]
public class InconsistentStateException : OrleansException
{
    public InconsistentStateException()
    {
    }

    public InconsistentStateException(string message)
        : base(message)
    {
    }

    public InconsistentStateException(string message, Exception? innerException)
        : base(message, innerException!)
    {
    }

    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : this(errorMsg, storedEtag, currentEtag, null)
    {
    }

    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
        : base($"{errorMsg} (stored version {storedEtag ?? "none"}, expected {currentEtag ?? "none"})", storageException!)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>The version in the store.</summary>
    [Id(0)]
    public string? StoredEtag { get; private set; }

    /// <summary>The version that the writer had read.</summary>
    [Id(1)]
    public string? CurrentEtag { get; private set; }
}
