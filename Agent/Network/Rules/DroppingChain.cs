namespace Warren.Agent.Network.Rules;

/// <summary>A chain that drops forwarded packets unless a rule accepts them.</summary>
/// <param name="Family">ip, ip6 or inet.</param>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsIptables">Whether it is the one that iptables shows as FORWARD.</param>
internal sealed record DroppingChain(string Family, string Table, string Name, bool IsIptables)
{
    /// <summary>The commands by which it lets the containers' packets pass, without those whose rule the listing of the table has.</summary>
    public IEnumerable<string> AcceptRules(string bridge, string table, string listing = "") =>
        from rule in (string[])[$"iifname \"{bridge}\"", $"oifname \"{bridge}\""]
        where !listing.Contains(rule, StringComparison.Ordinal)
        select $"add rule {this} {rule} counter accept comment \"{table}: containers\"";

    public override string ToString() => $"{Family} {Table} {Name}";
}
