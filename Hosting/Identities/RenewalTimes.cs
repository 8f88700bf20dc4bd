namespace Warren.Hosting.Identities;

/// <summary>When a certificate is renewed. No I/O.</summary>
public static class RenewalTimes
{
    private const double Share = 2.0 / 3, Spread = 0.1;

    // What a timer waits for is bounded, and clocks are set anew meanwhile.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(12);

    /// <summary>The time: two thirds of its life, or up to a tenth of its life sooner, so that the nodes of a cluster do not all come at once.</summary>
    /// <param name="issuedAt">When it was issued.</param>
    /// <param name="endsAt">Its end.</param>
    /// <param name="chance">0 to 1, drawn once for each certificate.</param>
    public static DateTimeOffset DueAt(DateTimeOffset issuedAt, DateTimeOffset endsAt, double chance) =>
        issuedAt + ((endsAt - issuedAt) * (Share - (Spread * chance)));

    /// <summary>How long to wait before looking again; zero: it is due.</summary>
    public static TimeSpan Wait(DateTimeOffset dueAt, DateTimeOffset now) => dueAt <= now ? TimeSpan.Zero : dueAt - now < s_longest ? dueAt - now : s_longest;
}
