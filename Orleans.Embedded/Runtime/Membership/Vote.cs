namespace Orleans.Runtime.Membership;

/// <summary>A vote for a silo's death, as one reader of the table sees it.</summary>
/// <param name="Voter">Who voted.</param>
/// <param name="CastAt">When, by the voter's wall clock; only tells one vote of a voter from the next.</param>
/// <param name="SeenAt">When this silo first saw the vote. Its age is counted from here: the voter's wall clock may be wrong.</param>
internal sealed record Vote(SiloAddress Voter, DateTime CastAt, TimeSpan SeenAt);
