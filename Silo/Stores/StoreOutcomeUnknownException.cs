using Orleans.Storage;

namespace Warren.Silo.Stores;

/// <summary>
/// The connection broke while a write was being committed, and the store stayed away too long to ask what became of it: it may be
/// stored or not. As an <see cref="InconsistentStateException"/> it ends the activation, so that the state is read again.
/// </summary>
[GenerateSerializer]
public sealed class StoreOutcomeUnknownException : InconsistentStateException
{
    public StoreOutcomeUnknownException()
    {
    }

    public StoreOutcomeUnknownException(string message)
        : base(message)
    {
    }

    public StoreOutcomeUnknownException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
