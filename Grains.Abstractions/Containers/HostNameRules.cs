namespace Warren.Containers;

/// <summary>The grammar of host names (RFC 1123), within what the kernel takes.</summary>
internal static class HostNameRules
{
    // HOST_NAME_MAX is 64, a DNS label 63; one limit for both.
    private const int Max = 63;

    public const string Rule = "1 to 63 letters, digits, '-' and '.', each part beginning and ending with a letter or digit";

    public static bool IsName(string text) => text.Length is > 0 and <= Max && text.Split('.').All(IsPart);

    /// <summary>A search domain: a name of up to 253 characters, or <c>.</c>.</summary>
    public static bool IsDomain(string text) =>
        text == "." || (text.Length is > 0 and <= 253 && text.TrimEnd('.').Split('.').All(part => part.Length <= Max && IsPart(part.Replace('_', 'a'))));

    private static bool IsPart(string part) =>
        part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && char.IsAsciiLetterOrDigit(part[^1])
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
