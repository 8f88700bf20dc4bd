using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>What a silo's membership wants to be done outside.</summary>
internal abstract record MembershipEffect
{
    /// <summary>Probe a silo and report with the id.</summary>
    public sealed record StartProbe(long Id, SiloAddress Silo) : MembershipEffect;

    /// <summary>Call the table and report. There is one call at a time.</summary>
    public sealed record CallTable(TableCall Call) : MembershipEffect;

    /// <summary>The silo has a new view.</summary>
    /// <param name="View">The view.</param>
    /// <param name="WentBack">Whether its version is lower than the last one's: the table was restored from an older state.</param>
    public sealed record Publish(ClusterView View, bool WentBack) : MembershipEffect;

    /// <summary>Tell others.</summary>
    public sealed record Send(GossipMessage Message, ImmutableArray<SiloAddress> Silos, bool ToClients) : MembershipEffect;

    /// <summary>The silo is dead to the others. Nothing comes after this.</summary>
    public sealed record Die(string Reason) : MembershipEffect;

    /// <summary>The silo cannot join, and leaves.</summary>
    public sealed record FailJoin(string Reason) : MembershipEffect;

    /// <summary>The silo has left. Nothing comes after this.</summary>
    public sealed record Left : MembershipEffect;

    /// <summary>A write of the table was decided on, or done.</summary>
    public sealed record Note(TableStep Step, bool Done) : MembershipEffect;

    /// <summary>The table cannot be reached. Reported once until it can.</summary>
    public sealed record NoteTableLost(Exception Failure) : MembershipEffect;

    /// <summary>The table can be reached again.</summary>
    public sealed record NoteTableBack(TimeSpan LostFor) : MembershipEffect;

    /// <summary>This process stood still, so that its evidence about others is void.</summary>
    public sealed record NotePause(TimeSpan For) : MembershipEffect;
}
