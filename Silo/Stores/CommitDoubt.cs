namespace Warren.Silo.Stores;

/// <summary>A transaction of which it is not known whether it was committed.</summary>
/// <param name="Writes">Its rows, whose callers wait.</param>
/// <param name="Batch">The number by which the table of writers knows it.</param>
/// <param name="Since">When the doubt arose, as a timestamp.</param>
/// <param name="Failure">What raised it.</param>
internal sealed record CommitDoubt(IReadOnlyList<RowWrite> Writes, long Batch, long Since, StoreFailure Failure);
