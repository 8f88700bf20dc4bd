using System.Text.Json;

namespace Warren.Agent.Network.Rules;

/// <summary>Reads from nft's listing who else decides about packets that the node passes on, and would drop ours.</summary>
internal static class ForwardPolicy
{
    /// <summary>The table and chain names of iptables, which other programs write with it and read as it does.</summary>
    private const string IptablesTable = "filter", IptablesChain = "FORWARD";

    /// <param name="chains">The answer to <c>nft -j list chains</c>.</param>
    /// <param name="ownTable">Our table's name, in family inet.</param>
    public static IReadOnlyList<DroppingChain> Find(string chains, string ownTable)
    {
        var found = new List<DroppingChain>();
        using var document = JsonDocument.Parse(chains);
        foreach (var entry in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (!entry.TryGetProperty("chain", out var chain)) continue;
            if (Text(chain, "hook") != "forward" || Text(chain, "policy") != "drop" || Text(chain, "type") != "filter") continue;
            var (family, table, name) = (Text(chain, "family"), Text(chain, "table"), Text(chain, "name"));
            if (family is not ("ip" or "ip6" or "inet") || (family == "inet" && table == ownTable)) continue;
            found.Add(new(family, table, name, IsIptables: family != "inet" && table == IptablesTable && name == IptablesChain));
        }

        return found;
    }

    /// <summary>Whether a listing of rules speaks of an interface, so that whoever wrote them has thought of it.</summary>
    public static bool Mentions(string rules, string bridge) => rules.Contains($"\"{bridge}\"", StringComparison.Ordinal);

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
