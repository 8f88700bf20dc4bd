using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Membership;

internal sealed partial class MembershipAgent
{
    [LoggerMessage(1, LogLevel.Information, "Membership decision {Rule}: {Reason}.")]
    private partial void LogDecided(TableRule rule, string reason);

    [LoggerMessage(2, LogLevel.Information, "Membership table written by {Rule}: {Reason}.")]
    private partial void LogWrote(TableRule rule, string reason);

    [LoggerMessage(3, LogLevel.Information, "Membership {View}.")]
    private partial void LogView(ClusterView view);

    [LoggerMessage(4, LogLevel.Critical, "This silo stops: {Reason}.")]
    private partial void LogDeclaredDead(string reason);

    [LoggerMessage(5, LogLevel.Error, "This silo cannot join: {Reason}.")]
    private partial void LogCannotJoin(string reason);

    [LoggerMessage(6, LogLevel.Information, "This silo has left the cluster.")]
    private partial void LogLeft();

    [LoggerMessage(7, LogLevel.Warning, "The membership table cannot be reached. The silo stays up with the view it has and tries again; nobody is declared dead meanwhile.")]
    private partial void LogTableLost(Exception exception);

    [LoggerMessage(8, LogLevel.Information, "The membership table can be reached again, after {LostFor}.")]
    private partial void LogTableBack(TimeSpan lostFor);

    [LoggerMessage(9, LogLevel.Warning, "This process stood still for {Pause}. What it knew about other silos is void, and the membership table is read first.")]
    private partial void LogPause(TimeSpan pause);

    [LoggerMessage(10, LogLevel.Error, "The membership table went back to version {Version}: it was restored from an older state, or lost what was committed.")]
    private partial void LogTableWentBack(MembershipVersion version);

    [LoggerMessage(11, LogLevel.Debug, "A probe of {Silo} failed.")]
    private partial void LogProbeFailed(SiloAddress silo, Exception exception);

    [LoggerMessage(12, LogLevel.Debug, "Gossip could not be sent.")]
    private partial void LogGossipFailed(Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "Gossip from another silo cannot be read.")]
    private partial void LogUnreadableGossip(Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "{Status} could not be written within {Limit}; the other silos have to find out by their probes.")]
    private partial void LogCannotLeave(SiloStatus status, TimeSpan limit);

    [LoggerMessage(15, LogLevel.Critical, "The membership of this silo failed.")]
    private partial void LogFailed(Exception exception);
}
