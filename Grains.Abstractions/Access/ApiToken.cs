using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Warren.Access;

/// <summary>
/// What a program calls the API with that has no certificate: an id, by which it is listed, and a secret that the cluster knows the hash of. As text
/// <c>warrenapi1.ID.SECRET</c>, whose beginning lets scanners of source code find one that was left there. Its <see cref="ToString"/> shows no secret.
/// </summary>
public sealed record ApiToken : IParsable<ApiToken>
{
    /// <summary>What a token consists of.</summary>
    public const string Rule = "warrenapi1.<id>.<secret>, as it was given out";

    private const string Mark = "warrenapi1", Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    // 32 characters make 5 bits each.
    private const int IdLength = 8, SecretLength = 32;

    private ApiToken(string id, string secret) => (Id, Secret) = (id, secret);

    /// <summary>Which token it is, for lists and logs.</summary>
    public string Id { get; }

    /// <summary>160 bits by chance.</summary>
    public string Secret { get; }

    /// <summary>A new token.</summary>
    public static ApiToken Create() => new(RandomNumberGenerator.GetString(Alphabet, IdLength), RandomNumberGenerator.GetString(Alphabet, SecretLength));

    /// <summary>What the cluster keeps of the secret. The secret itself is too long to be guessed, so that it needs no slow hash.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));

    /// <summary>Takes the text of a token.</summary>
    /// <exception cref="FormatException">It is none; the message says the rule, and nothing of the text.</exception>
    public static ApiToken Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var token) ? token : throw new FormatException($"this is no API token: {Rule}");

    /// <summary>Takes a text that may be no token.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ApiToken result)
    {
        result = null;
        if (s?.Trim().Split('.') is not [Mark, { Length: IdLength } id, { Length: SecretLength } secret]) return false;
        if (!id.All(Alphabet.Contains) || !secret.All(Alphabet.Contains)) return false;
        result = new(id, secret);
        return true;
    }

    /// <summary>The whole of it, to be given to the operator once.</summary>
    public string ToText() => string.Join('.', Mark, Id, Secret);

    /// <summary>Without the secret.</summary>
    public override string ToString() => string.Join('.', Mark, Id, "***");
}
