using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Warren.Clusters;

/// <summary>
/// What a machine joins a cluster with: the digest of the cluster's authority, so that it knows whom it talks to before it says anything, and a secret that the
/// cluster knows the hash of. As text <c>warren1.DIGEST.ID.SECRET</c>. Its <see cref="ToString"/> shows no secret.
/// </summary>
public sealed record JoinToken : IParsable<JoinToken>
{
    /// <summary>What a token consists of.</summary>
    public const string Rule = "warren1.<64 hexadecimal digits>.<id>.<secret>, as it was given out";

    private const string Mark = "warren1", Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    // 32 characters make 5 bits each.
    private const int IdLength = 8, SecretLength = 32;

    private JoinToken(string authority, string id, string secret) => (Authority, Id, Secret) = (authority, id, secret);

    /// <summary>The SHA-256 digest of the authority's certificate, in hexadecimal digits.</summary>
    public string Authority { get; }

    /// <summary>Which token it is, for lists and logs.</summary>
    public string Id { get; }

    /// <summary>160 bits by chance.</summary>
    public string Secret { get; }

    /// <summary>A new token for the cluster of an authority.</summary>
    /// <param name="authority">See <see cref="Authority"/>.</param>
    public static JoinToken Create(string authority) =>
        new(authority, RandomNumberGenerator.GetString(Alphabet, IdLength), RandomNumberGenerator.GetString(Alphabet, SecretLength));

    /// <summary>The digest by which tokens name an authority.</summary>
    /// <param name="certificate">Its certificate as DER.</param>
    public static string DigestOf(ReadOnlySpan<byte> certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate));

    /// <summary>What the cluster keeps of a secret. The secret itself is too long to be guessed, so that it needs no slow hash.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Takes the text of a token.</summary>
    /// <exception cref="FormatException">It is none; the message says the rule, and nothing of the text.</exception>
    public static JoinToken Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var token) ? token : throw new FormatException($"this is no join token: {Rule}");

    /// <summary>Takes a text that may be no token.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out JoinToken result)
    {
        result = null;
        if (s?.Trim().Split('.') is not [Mark, { Length: 64 } authority, { Length: IdLength } id, { Length: SecretLength } secret]) return false;
        if (!authority.All(char.IsAsciiHexDigitLower) || !id.All(Alphabet.Contains) || !secret.All(Alphabet.Contains)) return false;
        result = new(authority, id, secret);
        return true;
    }

    /// <summary>The whole of it, to be given to the operator once.</summary>
    public string ToText() => string.Join('.', Mark, Authority, Id, Secret);

    /// <summary>Without the secret.</summary>
    public override string ToString() => string.Join('.', Mark, Authority, Id, "***");
}
