namespace Warren.Agent.Network.Rules;

/// <summary>
/// Sees to it that no other firewall drops the containers' packets. Under nftables a packet must pass every table: that ours accepts it helps
/// nothing where another drops it. In iptables' FORWARD (Docker, kube-proxy, ufw), which is made for many writers, we add two rules of our own;
/// a table that an administrator wrote is not touched, and named instead.
/// </summary>
internal sealed class ForwardFilters(NetworkOptions options)
{
    private const string LegacyTables = "/proc/net/ip_tables_names", LegacyTables6 = "/proc/net/ip6_tables_names";

    /// <returns>What was added, a line each.</returns>
    /// <exception cref="NetworkException"><see cref="NetworkFault.Prerequisite"/>: a table that is not to be touched drops; with the commands that help.</exception>
    public IReadOnlyList<string> Ensure()
    {
        var listing = NftProgram.Run("nft", ["-j", "list", "chains"]);
        if (listing.ExitCode != 0) throw new NetworkException(NetworkFault.Failed, $"nft could not list the chains: {listing.Errors}");
        var added = new List<string>();
        var blocking = new List<DroppingChain>();
        foreach (var chain in ForwardPolicy.Find(listing.Output, options.Table))
        {
            var rules = ListTable(chain);
            if (!chain.IsIptables)
            {
                if (!ForwardPolicy.Mentions(rules, options.Bridge)) blocking.Add(chain);
                continue;
            }

            string[] missing = [.. chain.AcceptRules(options.Bridge, options.Table, rules)];
            if (missing.Length == 0) continue;
            NftProgram.Apply(string.Join('\n', missing) + "\n", $"let containers' packets pass {chain}");
            added.Add($"{chain} drops what it does not know; added rules for {options.Bridge}");
        }

        if (File.Exists(LegacyTables)) added.AddRange(EnsureLegacy("iptables-legacy", LegacyTables));
        if (File.Exists(LegacyTables6)) added.AddRange(EnsureLegacy("ip6tables-legacy", LegacyTables6));
        if (blocking.Count > 0) throw Blocked(blocking);
        return added;
    }

    private static string ListTable(DroppingChain chain)
    {
        var listing = NftProgram.Run("nft", ["list", "table", chain.Family, chain.Table]);
        return listing.ExitCode == 0
            ? listing.Output
            : throw new NetworkException(NetworkFault.Failed, $"nft could not list the table {chain.Family} {chain.Table}: {listing.Errors}");
    }

    /// <summary>The older half of iptables, which nft does not see.</summary>
    private IEnumerable<string> EnsureLegacy(string program, string tables)
    {
        if (!File.ReadLines(tables).Contains("filter")) yield break;
        if (NftProgram.Find(program) is null)
        {
            throw new NetworkException(
                NetworkFault.Prerequisite,
                $"the node has rules of {program} and not the program, so that it cannot be seen whether they drop containers' packets: apt-get install iptables");
        }

        var listing = RunLegacy(program, ["-S", "FORWARD"]);
        if (!listing.Contains("-P FORWARD DROP", StringComparison.Ordinal)) yield break;
        if (listing.Split('\n').Any(line => line.Split(' ').Contains(options.Bridge))) yield break;
        foreach (var direction in (string[])["-i", "-o"])
        {
            RunLegacy(
                program, ["-A", "FORWARD", direction, options.Bridge, "-m", "comment", "--comment", $"{options.Table}: containers", "-j", "ACCEPT"]);
        }

        yield return $"FORWARD of {program} drops what it does not know; added rules for {options.Bridge}";
    }

    private static string RunLegacy(string program, string[] arguments)
    {
        var result = NftProgram.Run(program, ["-w", .. arguments]);
        return result.ExitCode == 0
            ? result.Output
            : throw new NetworkException(NetworkFault.Failed, $"{program} {string.Join(' ', arguments)} failed: {result.Errors}");
    }

    private NetworkException Blocked(List<DroppingChain> chains)
    {
        var commands = chains.SelectMany(chain => chain.AcceptRules(options.Bridge, options.Table)).Select(rule => $"  nft '{rule}'");
        return new(
            NetworkFault.Prerequisite,
            $"the firewall of this node drops containers' packets in {string.Join(", ", chains)}; add to its configuration what these do, "
            + $"before a rule that drops all:\n{string.Join('\n', commands)}");
    }
}
