using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>What happens to a silo's membership.</summary>
internal abstract record MembershipInput
{
    /// <summary>Time has passed.</summary>
    public sealed record Tick : MembershipInput;

    /// <summary>A probe ended; see <see cref="MembershipEffect.StartProbe"/>.</summary>
    public sealed record ProbeEnded(long Id, ProbeResult Result) : MembershipInput;

    /// <summary>A connection to the silo broke.</summary>
    public sealed record ConnectionLost(SiloAddress Silo) : MembershipInput;

    /// <summary>The silo may not be one any more, by its certificate.</summary>
    public sealed record Barred(SiloAddress Silo) : MembershipInput;

    /// <summary>Another silo sent its view.</summary>
    public sealed record ViewReceived(ClusterView View) : MembershipInput;

    /// <summary>Another silo asks to probe these at once.</summary>
    public sealed record AskedAbout(ImmutableArray<SiloAddress> Suspects) : MembershipInput;

    /// <summary>Something suggests that the table has changed.</summary>
    public sealed record Hint(string Reason) : MembershipInput;

    /// <summary>This silo is to get to a later status: a step of leaving.</summary>
    public sealed record Leave(SiloStatus Status) : MembershipInput;

    /// <summary>The table is ready for use.</summary>
    public sealed record TableInitialised : MembershipInput;

    /// <summary>The table was read.</summary>
    public sealed record TableRead(MembershipTableData Data) : MembershipInput;

    /// <summary>A write of the table ended: done, or refused because the table had changed.</summary>
    public sealed record TableWritten(bool Done) : MembershipInput;

    /// <summary>A call of the table failed. If it was a write, it may have been done.</summary>
    public sealed record TableFailed(Exception Failure) : MembershipInput;
}
