using Warren.Security;

namespace Warren.Hosting.Identities;

/// <summary>When a certificate is renewed. No I/O.</summary>
public static class RenewalTimes
{
    private const double Share = 2.0 / 3, Spread = 0.1;

    // Clocks are set anew meanwhile.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>The time: two thirds of its life, or up to a tenth of its life sooner, so that the nodes of a cluster do not all come at once.</summary>
    /// <param name="issuedAt">When it was issued.</param>
    /// <param name="endsAt">Its end.</param>
    /// <param name="chance">0 to 1, drawn once for each certificate.</param>
    public static DateTimeOffset DueAt(DateTimeOffset issuedAt, DateTimeOffset endsAt, double chance) =>
        issuedAt + ((endsAt - issuedAt) * (Share - (Spread * chance)));

    /// <summary>Whether a certificate is not good yet: it was issued by a clock that was ahead, and set right since.</summary>
    /// <param name="issuedAt">When it was issued.</param>
    /// <param name="now">The time.</param>
    public static bool IsEarly(DateTimeOffset issuedAt, DateTimeOffset now) => now < issuedAt - CertificateAuthority.ClockSkew;

    /// <summary>How long to wait before looking again; zero: it is due.</summary>
    public static TimeSpan Wait(DateTimeOffset dueAt, DateTimeOffset now) => dueAt <= now ? TimeSpan.Zero : dueAt - now < s_longest ? dueAt - now : s_longest;
}
