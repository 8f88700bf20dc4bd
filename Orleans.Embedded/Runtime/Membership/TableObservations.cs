using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>
/// Remembers when this silo first saw what the table says: statuses, votes and signs of life. So their ages are by this silo's own
/// monotonic clock.
/// </summary>
internal sealed class TableObservations
{
    private readonly Dictionary<SiloAddress, Row> _rows = [];

    public void OnView(ClusterView view, TimeSpan now)
    {
        foreach (var member in view.Members)
        {
            var row = _rows.GetValueOrDefault(member.Silo) ?? new Row(member.Status, now);
            _rows[member.Silo] = row.Status == member.Status ? row : row with { Status = member.Status, StatusSince = now };
        }

        foreach (var silo in _rows.Keys.Where(silo => view.Find(silo) is null).ToArray()) _rows.Remove(silo);
    }

    /// <summary>To be called after <see cref="OnView"/> with the view of the same table, or a later one.</summary>
    public void OnTable(MembershipTableData table, TimeSpan now, DateTime utcNow)
    {
        foreach (var (entry, _) in table.Members)
        {
            if (!_rows.TryGetValue(entry.SiloAddress, out var row)) continue;
            var sign = entry.IAmAliveTime > entry.StartTime ? entry.IAmAliveTime : entry.StartTime;
            var before = row.Votes.ToDictionary(vote => (vote.Voter, vote.CastAt));
            var votes = (entry.SuspectTimes ?? []).DistinctBy(vote => vote.Item1)
                .Select(vote => before.GetValueOrDefault((vote.Item1, vote.Item2)) ?? new Vote(vote.Item1, vote.Item2, now))
                .OrderBy(vote => vote.Voter).ToImmutableArray();
            _rows[entry.SiloAddress] = row with
            {
                Votes = votes,
                Sign = sign,
                SignAge = utcNow - sign,
                LastSignAt = row.Sign is null || row.Sign == sign ? row.LastSignAt : now,
            };

            // A vote that was not there at the last read shows its voter alive, too.
            foreach (var vote in votes.Where(vote => row.Sign is not null && !before.ContainsKey((vote.Voter, vote.CastAt))))
            {
                if (_rows.TryGetValue(vote.Voter, out var voter)) _rows[vote.Voter] = voter with { LastSignAt = now };
            }
        }
    }

    public MemberState StateOf(ViewMember member, SiloEvidence? evidence)
    {
        var row = _rows[member.Silo];
        return new MemberState(member.Silo, member.Status)
        {
            StatusSince = row.StatusSince,
            Votes = row.Votes,
            LastSignAt = row.LastSignAt,
            SignAge = row.SignAge,
            Evidence = evidence,
        };
    }

    private sealed record Row(SiloStatus Status, TimeSpan StatusSince)
    {
        public ImmutableArray<Vote> Votes { get; init; } = [];

        public DateTime? Sign { get; init; }

        public TimeSpan SignAge { get; init; }

        public TimeSpan? LastSignAt { get; init; }
    }
}
