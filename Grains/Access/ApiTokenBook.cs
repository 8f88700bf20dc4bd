using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Warren.Access;
using Warren.Validation;

namespace Warren.Grains.Access;

/// <summary>What becomes of API tokens. No I/O.</summary>
internal static partial class ApiTokenBook
{
    /// <summary>The most that are kept; a program that makes one for each call is told so before the record is large.</summary>
    public const int Most = 1_000;

    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(30), s_longest = TimeSpan.FromDays(3650);

    /// <summary>What is wrong with a spec.</summary>
    public static ImmutableArray<ValidationProblem> Validate(ApiTokenSpec spec)
    {
        var problems = ImmutableArray.CreateBuilder<ValidationProblem>();
        if (!NamePattern().IsMatch(spec.Name))
            problems.Add(new("name", $"must be 1 to 63 lower-case letters, digits and hyphens, not at its ends, was '{spec.Name}'"));
        if (!Enum.IsDefined(spec.Role)) problems.Add(new("role", $"must be Viewer, Operator or Admin, was {(int)spec.Role}"));
        if (spec.Lifetime <= TimeSpan.Zero || spec.Lifetime > s_longest)
            problems.Add(new("lifetime", $"must be positive and at most {s_longest.TotalDays} days, or none for a token that never expires, was {spec.Lifetime}"));
        return problems.DrainToImmutable();
    }

    /// <summary>Adds a token, and forgets those that are long of no use.</summary>
    /// <exception cref="ValidationException">There are too many.</exception>
    public static ApiTokenState Add(ApiTokenState state, ApiToken token, ApiTokenSpec spec, DateTimeOffset now)
    {
        var kept = state.Tokens.RemoveAll(other => other.Record.RevokedAt + s_remembered < now || other.Record.ExpiresAt + s_remembered < now);
        if (kept.Length >= Most)
        {
            var most = string.Create(CultureInfo.InvariantCulture, $"there are {kept.Length} API tokens, and {Most} are the most; revoke those that nobody uses, or give them a lifetime");
            throw new ValidationException("API token", [new("name", most)]);
        }

        var record = new ApiTokenRecord { Id = token.Id, Spec = spec, CreatedAt = now, ExpiresAt = now + spec.Lifetime };
        return state with { Tokens = kept.Add(new(record, token.Hash())) };
    }

    /// <summary>Refuses a token from now on; null if there is none of that id, the same state if it is refused already.</summary>
    public static ApiTokenState? Revoke(ApiTokenState state, string id, DateTimeOffset now) =>
        state.Tokens.FirstOrDefault(token => token.Record.Id == id) is not { } found ? null
        : found.Record.RevokedAt is not null ? state
        : state with { Tokens = state.Tokens.Replace(found, found with { Record = found.Record with { RevokedAt = now } }) };

    /// <summary>Whether a token is good. Whoever does not know its secret does not learn whether there is one of that id.</summary>
    public static ApiTokenAnswer Check(ApiTokenState state, string id, string hash, DateTimeOffset now)
    {
        var token = state.Tokens.FirstOrDefault(candidate => candidate.Record.Id == id);
        if (token is null || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token.Hash), Encoding.ASCII.GetBytes(hash)))
            return Refused("the cluster knows no such API token; ask for one: it may be mistyped or long out of date");
        return token.Record switch
        {
            { RevokedAt: { } revoked } => Refused($"the API token {id} was revoked on {Text(revoked)}; ask for another one"),
            { ExpiresAt: { } end } when end <= now => Refused($"the API token {id} expired on {Text(end)}; ask for another one"),
            var good => new() { Token = good },
        };
    }

    private static ApiTokenAnswer Refused(string why) => new() { Refusal = why };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex NamePattern();
}
