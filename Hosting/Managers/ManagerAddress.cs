using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Warren.Hosting.Managers;

/// <summary>Where a manager listens.</summary>
/// <param name="Host">A DNS name or an address.</param>
/// <param name="Port">Its port.</param>
public sealed record ManagerAddress(string Host, int Port)
{
    /// <summary>The port of a manager that does not say another.</summary>
    public const int DefaultPort = 2390;

    /// <summary>What an address consists of.</summary>
    public const string Rule = "<name or address>[:<port>], an IPv6 address in brackets";

    /// <summary>Takes a text that may be none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">What it says.</param>
    /// <param name="standard">The port if it says none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ManagerAddress? address, int standard = DefaultPort)
    {
        address = null;
        var (host, port) = Split(text, standard.ToString(CultureInfo.InvariantCulture));
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535) return false;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;
        address = new(host, number);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    private static (string Host, string Port) Split(string text, string standard)
    {
        if (IPAddress.TryParse(text.Trim('[', ']'), out _)) return (text.Trim('[', ']'), standard);
        var colon = text.LastIndexOf(':');
        return colon < 0 ? (text, standard) : (text[..colon].Trim('[', ']'), text[(colon + 1)..]);
    }
}
