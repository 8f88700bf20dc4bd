namespace Orleans.Runtime.Networking;

/// <summary>Decides whether two processes may talk. Pure; both ends decide alike.</summary>
internal static class HandshakeRules
{
    /// <summary>What the process that was dialled thinks of <paramref name="remote"/>; null when it is welcome.</summary>
    public static Refusal? JudgeDialler(Hello local, Hello remote, bool stopping)
    {
        if (JudgeCommon(local, remote) is { } refusal) return refusal;
        if (remote.Dialled is { } dialled && local.Peer.Silo is { } self && !IsSame(dialled, self))
            return new Refusal(RefusalReason.OtherProcess, $"{dialled} was dialled, and {self} is here");
        return stopping ? new Refusal(RefusalReason.Stopping, $"{local.Peer} is stopping") : null;
    }

    /// <summary>What the process that dialled thinks of <paramref name="remote"/>; null when it is the one that was meant.</summary>
    public static Refusal? JudgeListener(Hello local, Hello remote)
    {
        if (JudgeCommon(local, remote) is { } refusal) return refusal;
        if (remote.Peer.Silo is not { } silo) return new Refusal(RefusalReason.OtherProcess, $"{remote.Peer} answered, which is no silo");
        return local.Dialled is { } dialled && !IsSame(dialled, silo)
            ? new Refusal(RefusalReason.OtherProcess, $"{dialled} was dialled, and {silo} answered")
            : null;
    }

    private static Refusal? JudgeCommon(Hello local, Hello remote)
    {
        if (local.ClusterId != remote.ClusterId || local.ServiceId != remote.ServiceId)
        {
            return new Refusal(
                RefusalReason.WrongCluster,
                $"{remote.Peer} belongs to cluster '{remote.ClusterId}', service '{remote.ServiceId}'; "
                + $"{local.Peer} to cluster '{local.ClusterId}', service '{local.ServiceId}'");
        }

        if (local.Protocol.Negotiate(remote.Protocol) == 0)
        {
            return new Refusal(
                RefusalReason.NoCommonProtocol,
                $"{remote.Peer} speaks protocol {remote.Protocol} and {local.Peer} {local.Protocol}");
        }

        return remote.Peer == local.Peer ? new Refusal(RefusalReason.OtherProcess, $"{local.Peer} reached itself") : null;
    }

    /// <summary>The endpoint may be known by another address; the generation, unless it is 0 for any, must be the same.</summary>
    private static bool IsSame(SiloAddress dialled, SiloAddress actual) => dialled.Generation == 0 || dialled.Equals(actual);
}
