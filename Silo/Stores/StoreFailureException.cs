namespace Warren.Silo.Stores;

/// <summary>Carries a failure that Warren itself found to where it is turned into the caller's exception.</summary>
internal sealed class StoreFailureException(StoreFailure failure) : Exception(failure.Cause)
{
    public StoreFailure Failure { get; } = failure;
}
