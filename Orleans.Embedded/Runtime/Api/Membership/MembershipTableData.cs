using System.Net;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What was read from a membership table in one transaction: rows with their ETags, and the version row.</summary>
[GenerateSerializer]
public sealed class MembershipTableData
{
    /// <summary>Orders <paramref name="list"/> in place: the dead last, otherwise by silo name.</summary>
    public MembershipTableData(List<Tuple<MembershipEntry, string>> list, TableVersion version)
    {
        list.Sort(static (x, y) =>
        {
            var order = (x.Item1.Status == SiloStatus.Dead).CompareTo(y.Item1.Status == SiloStatus.Dead);
            if (order == 0) order = string.CompareOrdinal(x.Item1.SiloName, y.Item1.SiloName);
            return order == 0 ? x.Item1.SiloAddress.CompareTo(y.Item1.SiloAddress) : order;
        });
        Members = list;
        Version = version;
    }

    public MembershipTableData(Tuple<MembershipEntry, string> tuple, TableVersion version)
    {
        Members = [tuple];
        Version = version;
    }

    public MembershipTableData(TableVersion version)
    {
        Members = [];
        Version = version;
    }

    /// <summary>The rows, each with its ETag.</summary>
    [Id(0)]
    public IReadOnlyList<Tuple<MembershipEntry, string>> Members { get; }

    [Id(1)]
    public TableVersion Version { get; }

    /// <summary>The row of <paramref name="silo"/>; null when there is none.</summary>
    public Tuple<MembershipEntry, string>? TryGet(SiloAddress silo)
    {
        foreach (var member in Members)
        {
            if (member.Item1.SiloAddress.Equals(silo)) return member;
        }

        return null;
    }

    /// <summary>The same without the dead that have a later dead successor at their endpoint.</summary>
    public MembershipTableData WithoutDuplicateDeads()
    {
        var lastDead = new Dictionary<IPEndPoint, Tuple<MembershipEntry, string>>();
        var kept = new List<Tuple<MembershipEntry, string>>();
        foreach (var member in Members)
        {
            var silo = member.Item1.SiloAddress;
            if (member.Item1.Status != SiloStatus.Dead)
                kept.Add(member);
            else if (!lastDead.TryGetValue(silo.Endpoint, out var last) || last.Item1.SiloAddress.Generation < silo.Generation)
                lastDead[silo.Endpoint] = member;
        }

        kept.AddRange(lastDead.Values);
        return new MembershipTableData(kept, Version);
    }

    public override string ToString()
    {
        var counts = string.Join(", ", Members.GroupBy(member => member.Item1.Status).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key}"));
        return $"version {Version}: {(counts.Length == 0 ? "no silos" : counts)}";
    }
}
