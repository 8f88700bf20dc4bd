using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Warren.Images.Formats;

/// <summary>Digests as text: <c>sha256:</c> and 64 hexadecimal digits. Warren knows no other algorithm; registries use none.</summary>
internal static partial class Digests
{
    public const string Prefix = "sha256:";

    public static string Of(ReadOnlySpan<byte> bytes) => ToText(SHA256.HashData(bytes));

    public static string ToText(ReadOnlySpan<byte> hash) => Prefix + Convert.ToHexStringLower(hash);

    public static bool IsDigest(string? text) => text is not null && Form().IsMatch(text);

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex Form();
}
