using System.Data.Common;
using System.Globalization;

namespace Warren.Silo.Stores;

/// <summary>Membership entries as rows.</summary>
internal static class MemberRow
{
    // The columns before these, in MembershipStatements.Select, are the version row's.
    private const int First = 2;

    /// <summary>The values for <see cref="MembershipStatements.Insert"/> and <see cref="MembershipStatements.Update"/>.</summary>
    public static BoundStatement Bind(string sql, string clusterId, long etag, MembershipEntry entry) => new(
        sql,
        clusterId,
        entry.SiloAddress.ToParsableString(),
        etag,
        (int)entry.Status,
        entry.SiloName ?? "",
        entry.HostName ?? "",
        entry.ProxyPort,
        entry.RoleName,
        entry.UpdateZone,
        entry.FaultZone,
        Text(entry.SuspectTimes),
        UtcTicks.Of(entry.StartTime),
        UtcTicks.Of(entry.IAmAliveTime));

    /// <summary>The entry with its ETag; null in the row of a cluster without members.</summary>
    public static Tuple<MembershipEntry, string>? Read(DbDataReader row)
    {
        if (row.IsDBNull(First)) return null;
        var entry = new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(row.GetString(First)),
            Status = (SiloStatus)row.GetInt32(First + 2),
            SiloName = row.GetString(First + 3),
            HostName = row.GetString(First + 4),
            ProxyPort = row.GetInt32(First + 5),
            RoleName = row.IsDBNull(First + 6) ? null : row.GetString(First + 6),
            UpdateZone = row.GetInt32(First + 7),
            FaultZone = row.GetInt32(First + 8),
            SuspectTimes = Votes(row.GetString(First + 9)),
            StartTime = UtcTicks.ToTime(row.GetInt64(First + 10)),
            IAmAliveTime = UtcTicks.ToTime(row.GetInt64(First + 11)),
        };
        return Tuple.Create(entry, row.GetInt64(First + 1).ToString(CultureInfo.InvariantCulture));
    }

    // "silo=ticks silo=ticks": addresses have neither blanks nor equals signs.
    private static string Text(List<Tuple<SiloAddress, DateTime>>? votes) => string.Join(' ', (votes ?? []).Select(Text));

    private static string Text(Tuple<SiloAddress, DateTime> vote) =>
        string.Create(CultureInfo.InvariantCulture, $"{vote.Item1.ToParsableString()}={UtcTicks.Of(vote.Item2)}");

    private static List<Tuple<SiloAddress, DateTime>> Votes(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(vote => vote.Split('=')).Select(parts =>
            Tuple.Create(SiloAddress.FromParsableString(parts[0]), UtcTicks.ToTime(long.Parse(parts[1], CultureInfo.InvariantCulture)))),
    ];
}
