namespace Warren.Agent.Health;

/// <summary>What a check found.</summary>
/// <param name="IsSuccess">Whether the container answered as asked.</param>
/// <param name="Detail">What it answered or why there was no answer, in at most 4096 characters: <c>HTTP 503</c>, <c>connection refused</c>.</param>
public sealed record ProbeOutcome(bool IsSuccess, string Detail)
{
    /// <summary>The longest <see cref="Detail"/>, in characters.</summary>
    public const int MaxDetail = 4096;

    /// <summary>
    /// False if the container could not even be asked, for a reason that lies with the node (its runtime is away). Such a check changes
    /// nothing. Default: true.
    /// </summary>
    public bool IsConclusive { get; init; } = true;

    internal static ProbeOutcome Success(string detail) => new(true, Shorten(detail));

    internal static ProbeOutcome Failure(string detail) => new(false, Shorten(detail));

    internal static ProbeOutcome NotAsked(string detail) => new(false, Shorten(detail)) { IsConclusive = false };

    private static string Shorten(string detail) => detail.Length <= MaxDetail ? detail : detail[..MaxDetail];
}
