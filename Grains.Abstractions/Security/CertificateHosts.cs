using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Warren.Security;

/// <summary>
/// The names and addresses by which a manager is reached, as its certificate has them, for programs that compare them (RFC 6125); Warren's own do not. A manager asks
/// for them in its signing request.
/// </summary>
public static partial class CertificateHosts
{
    /// <summary>The most of one certificate.</summary>
    public const int Most = 20;

    private const string Oid = "2.5.29.17";

    /// <summary>Whether a text is an address or a DNS name.</summary>
    public static bool IsHost(string text) => IPAddress.TryParse(text, out _) || (text.Length <= 253 && NamePattern().IsMatch(text));

    /// <summary>The extension that has them; those that are no hosts are left out. Null: none is left.</summary>
    public static X509Extension? ToExtension(IEnumerable<string> hosts)
    {
        var (builder, count) = (new SubjectAlternativeNameBuilder(), 0);
        foreach (var host in hosts.Where(IsHost).Distinct(StringComparer.OrdinalIgnoreCase).Take(Most))
        {
            count++;
            if (IPAddress.TryParse(host, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(host);
        }

        return count == 0 ? null : builder.Build();
    }

    /// <summary>Those that a signing request asks for.</summary>
    /// <param name="request">Loaded with its extensions.</param>
    public static IReadOnlyList<string> Of(CertificateRequest request)
    {
        if (request.CertificateExtensions.FirstOrDefault(extension => extension.Oid?.Value == Oid) is not { } extension) return [];
        var names = new X509SubjectAlternativeNameExtension(extension.RawData, extension.Critical);
        return [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())];
    }

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$")]
    private static partial Regex NamePattern();
}
