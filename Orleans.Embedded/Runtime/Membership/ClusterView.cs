using System.Collections.Immutable;
using Orleans.Runtime.Placement;

namespace Orleans.Runtime.Membership;

/// <summary>
/// Which silos a cluster consists of, as of one version of the membership table. All processes that hold the same version hold the
/// same active silos, and so the same ring. Immutable.
/// </summary>
internal sealed class ClusterView
{
    private readonly Dictionary<SiloAddress, ViewMember> _byAddress;
    private Ring? _ring;

    /// <param name="version">The version of the table.</param>
    /// <param name="members">The silos, each once, in any order.</param>
    public ClusterView(MembershipVersion version, IEnumerable<ViewMember> members)
    {
        Version = version;
        Members = [.. members.OrderBy(member => member.Silo)];
        _byAddress = Members.ToDictionary(member => member.Silo);
        Active = [.. Members.Where(member => member.Status == SiloStatus.Active).Select(member => member.Silo)];
    }

    /// <summary>What is known before anything was read.</summary>
    public static ClusterView Empty { get; } = new(MembershipVersion.MinValue, []);

    public MembershipVersion Version { get; }

    /// <summary>All silos in the order of their addresses, the dead that the table still names included.</summary>
    public ImmutableArray<ViewMember> Members { get; }

    /// <summary>The silos that own grains, in the order of their addresses.</summary>
    public ImmutableArray<SiloAddress> Active { get; }

    /// <summary>
    /// Who owns which grain. Two views that follow one another in a <see cref="ClusterViewSource"/> share the object when their
    /// active silos are the same.
    /// </summary>
    public Ring Ring => _ring ??= new Ring(Active);

    public static ClusterView Of(MembershipTableData table) => new(
        new MembershipVersion(table.Version.Version),
        table.Members.Select(row => new ViewMember(row.Item1.SiloAddress, row.Item1.Status, row.Item1.SiloName, row.Item1.ProxyPort)));

    public ViewMember? Find(SiloAddress silo) => _byAddress.GetValueOrDefault(silo);

    /// <summary>
    /// The status of a silo: dead, too, when a later life at its endpoint is known; <see cref="SiloStatus.None"/> when neither is.
    /// </summary>
    public SiloStatus StatusOf(SiloAddress silo)
    {
        if (HasLaterLife(silo)) return SiloStatus.Dead;
        return Find(silo)?.Status ?? SiloStatus.None;
    }

    public bool HasLaterLife(SiloAddress silo)
    {
        foreach (var member in Members)
        {
            if (silo.IsPredecessorOf(member.Silo)) return true;
        }

        return false;
    }

    /// <summary>
    /// The silos whose status differs from that in <paramref name="previous"/>, in the order of their addresses, with the status
    /// they have now. A silo that is no longer named is dead: its row was cleaned up.
    /// </summary>
    public IEnumerable<(SiloAddress Silo, SiloStatus Status)> ChangesSince(ClusterView previous) =>
        from silo in Members.Concat(previous.Members).Select(member => member.Silo).Distinct().Order()
        let before = previous.Find(silo)?.Status ?? SiloStatus.None
        let now = Find(silo)?.Status ?? SiloStatus.Dead
        where before != now
        select (silo, now);

    /// <summary>
    /// The silos that are dead now and were not in <paramref name="previous"/>, and whether each left in order. One that left has answered
    /// all calls, but the answers may still be under way when the news of its end comes by another silo.
    /// </summary>
    public IEnumerable<(SiloAddress Silo, bool HasLeft)> EndedSince(ClusterView previous) =>
        from change in ChangesSince(previous)
        where change.Status == SiloStatus.Dead
        select (change.Silo, previous.Find(change.Silo)?.Status is SiloStatus.ShuttingDown or SiloStatus.Stopping);

    /// <summary>Takes over the ring of the view before, if it is the same.</summary>
    internal void ShareRing(ClusterView previous)
    {
        if (Active.SequenceEqual(previous.Active)) _ring = previous.Ring;
    }

    public override string ToString() =>
        $"view {Version}: {string.Join(", ", Members.Where(member => member.Status != SiloStatus.Dead).Select(member => $"{member.Silo} {member.Status}"))}";
}
