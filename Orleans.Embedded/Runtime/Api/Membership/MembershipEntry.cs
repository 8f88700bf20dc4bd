using System.Globalization;
using Orleans.Runtime;

namespace Orleans;

/// <summary>One row of a membership table: one life of one silo. All times are UTC.</summary>
[GenerateSerializer]
public sealed class MembershipEntry : ISpanFormattable
{
    [Id(0)]
    public SiloAddress SiloAddress { get; set; } = default!;

    [Id(1)]
    public SiloStatus Status { get; set; }

    /// <summary>Who suspects this silo, and since when: the votes for its death. Null or empty when nobody does.</summary>
    [Id(2)]
    public List<Tuple<SiloAddress, DateTime>>? SuspectTimes { get; set; }

    /// <summary>The port where the silo takes connections of clients; 0 when it takes none.</summary>
    [Id(3)]
    public int ProxyPort { get; set; }

    [Id(4)]
    public string HostName { get; set; } = default!;

    /// <summary>The name of the silo, the same over its restarts.</summary>
    [Id(5)]
    public string SiloName { get; set; } = default!;

    /// <summary>Stored as given; the engine does not use it.</summary>
    [Id(6)]
    public string? RoleName { get; set; }

    /// <summary>Stored as given; the engine does not use it.</summary>
    [Id(7)]
    public int UpdateZone { get; set; }

    /// <summary>Stored as given; the engine does not use it.</summary>
    [Id(8)]
    public int FaultZone { get; set; }

    [Id(9)]
    public DateTime StartTime { get; set; }

    /// <summary>
    /// When the silo last wrote that it is alive. Too coarse to find failures by; it tells rows whose whole cluster is gone.
    /// </summary>
    [Id(10)]
    public DateTime IAmAliveTime { get; set; }

    /// <summary>Adds a vote without looking for an earlier one of the same silo.</summary>
    public void AddSuspector(SiloAddress suspectingSilo, DateTime suspectingTime) =>
        (SuspectTimes ??= []).Add(Tuple.Create(suspectingSilo, suspectingTime));

    /// <summary>
    /// Records the vote of <paramref name="localSilo"/>: over its own earlier vote, else over the oldest vote when there are
    /// <paramref name="maxVotes"/> already and that one is not younger, else as one more.
    /// </summary>
    public void AddOrUpdateSuspector(SiloAddress localSilo, DateTime voteTime, int maxVotes)
    {
        var votes = SuspectTimes ??= [];
        var at = votes.FindIndex(vote => vote.Item1.Equals(localSilo));
        if (at < 0 && votes.Count > 0 && votes.Count >= maxVotes)
        {
            var oldest = votes.Min(vote => vote.Item2);
            if (oldest <= voteTime) at = votes.FindIndex(vote => vote.Item2 == oldest);
        }

        if (at < 0)
            AddSuspector(localSilo, voteTime);
        else
            votes[at] = Tuple.Create(localSilo, voteTime);
    }

    /// <summary>A copy that shares nothing changeable.</summary>
    internal MembershipEntry Copy()
    {
        var copy = (MembershipEntry)MemberwiseClone();
        if (SuspectTimes is not null) copy.SuspectTimes = [.. SuspectTimes];
        return copy;
    }

    public override string ToString() => $"{SiloName} {SiloAddress} {Status}";

    /// <summary>All that is of use in a log.</summary>
    public string ToFullString()
    {
        var votes = string.Join(", ", (SuspectTimes ?? []).Select(vote => $"{vote.Item1} at {Text(vote.Item2)}"));
        return $"{this} host {HostName} gateway {ProxyPort} started {Text(StartTime)} alive {Text(IAmAliveTime)} suspected by [{votes}]";

        static string Text(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
    }

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"{SiloName} {SiloAddress} {Status}", out charsWritten);
}
