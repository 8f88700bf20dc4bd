namespace Warren.Silo.Api.Access;

/// <summary>For how long that by which a caller came, its certificate or token, lets a call go on.</summary>
internal interface ICallerLife
{
    /// <summary>Cancelled when it lets nothing be done any more.</summary>
    CancellationToken Ended { get; }

    /// <summary>Why, for the caller, and what to do; null: it has not ended.</summary>
    string? Reason { get; }
}
