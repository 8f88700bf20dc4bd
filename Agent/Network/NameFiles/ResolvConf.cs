using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Warren.Agent.Network.NameFiles;

/// <summary>The settings of a <c>resolv.conf</c>.</summary>
/// <param name="Servers">Addresses of the name servers, in order.</param>
/// <param name="Search">Domains that a name without a dot is looked up in.</param>
/// <param name="Options">Options of the resolver.</param>
internal sealed record ResolvConf(ImmutableArray<string> Servers, ImmutableArray<string> Search, ImmutableArray<string> Options)
{
    public static ResolvConf Parse(string text)
    {
        var servers = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string> search = [], options = [];
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..]:
                    servers.Add(server);
                    break;
                // The last of the two words counts.
                case ["search" or "domain", .. var domains]:
                    search = [.. domains];
                    break;
                case ["options", .. var more]:
                    options = [.. options, .. more];
                    break;
            }
        }

        return new(servers.ToImmutable(), search, options);
    }

    /// <summary>
    /// Without servers that only the node itself reaches: a loopback address is the container's own inside it, and a link-local one needs an
    /// interface of the node.
    /// </summary>
    public ResolvConf WithoutNodesOwn() => this with { Servers = [.. Servers.Where(server => !IsNodesOwn(server))] };

    /// <summary>With what is given in place of the node's.</summary>
    public ResolvConf With(ImmutableArray<string> servers, ImmutableArray<string> search, ImmutableArray<string> options) =>
        new(servers.IsEmpty ? Servers : servers, search.IsEmpty ? Search : search, options.IsEmpty ? Options : options);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var server in Servers) text.Append("nameserver ").Append(server).Append('\n');
        // A dot alone asks for no search domain.
        if (!Search.IsEmpty && Search is not ["."]) text.Append("search ").AppendJoin(' ', Search).Append('\n');
        if (!Options.IsEmpty) text.Append("options ").AppendJoin(' ', Options).Append('\n');
        return text.ToString();
    }

    private static bool IsNodesOwn(string server) =>
        IPAddress.TryParse(server, out var address)
            ? IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal
            : server.Contains('%', StringComparison.Ordinal);
}
