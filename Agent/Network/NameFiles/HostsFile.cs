using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Warren.Agent.Network.NameFiles;

/// <summary>The text of <c>/etc/hosts</c>.</summary>
internal static class HostsFile
{
    private const string Own =
        """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <summary>For a namespace of its own. Without an address the name still leads to the container itself.</summary>
    public static string Of(string hostname, ImmutableArray<IPAddress> addresses, ImmutableSortedDictionary<string, string> extra)
    {
        var text = new StringBuilder(Own);
        foreach (var address in addresses.IsEmpty ? [IPAddress.Loopback] : addresses) text.Append(Line(address.ToString(), hostname));
        return Append(text, extra);
    }

    /// <summary>For the node's namespace: the node's file, and what is added.</summary>
    public static string OfNode(string nodeFile, ImmutableSortedDictionary<string, string> extra)
    {
        var text = new StringBuilder(nodeFile);
        if (nodeFile.Length > 0 && !nodeFile.EndsWith('\n')) text.Append('\n');
        return Append(text, extra);
    }

    private static string Append(StringBuilder text, ImmutableSortedDictionary<string, string> extra)
    {
        foreach (var (name, address) in extra) text.Append(Line(address, name));
        return text.ToString();
    }

    private static string Line(string address, string name) => $"{address}\t{name}\n";
}
