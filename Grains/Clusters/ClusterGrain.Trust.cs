using System.Collections.Immutable;
using Warren.Clusters;
using Warren.Nodes;

namespace Warren.Grains.Clusters;

/// <summary>Whom to trust, and who has to hear of it.</summary>
internal sealed partial class ClusterGrain
{
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(30), s_tellLimit = TimeSpan.FromSeconds(3), s_margin = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ITrustWatcher, DateTimeOffset> _watchers = [];
    private readonly long _begin = time.GetTimestamp();

    public Task<TrustRecord> GetTrustAsync() => Task.FromResult(RotationBook.Trust(_state));

    public Task<TrustRecord> WatchTrustAsync(ITrustWatcher watcher)
    {
        _watchers[watcher] = time.GetUtcNow() + s_watched;
        return GetTrustAsync();
    }

    public Task<ImmutableArray<CertificateRecord>> ListCertificatesAsync() => Task.FromResult(RevocationBook.List(_state, time.GetUtcNow()));

    public async Task<CertificateRecord> RevokeCertificateAsync(string name)
    {
        var now = time.GetUtcNow();
        if (NodeId.TryParse(name, out var id) && _state.Nodes.GetValueOrDefault(id) is { } node)
        {
            if (node.Role == NodeRole.Worker) throw new ConflictException($"{name} is a worker; remove it as a node, which revokes its certificates");
            await DismissAsync(id);
            return RevocationBook.Describe(id, _state.Nodes[id]);
        }

        var next = RevocationBook.Revoke(RevocationBook.Prune(_state, now), name, now)
            ?? throw new NotFoundException($"there is no certificate of a client with the number {name}, and no manager of that id; it may have ended");
        await RefuseAsync(next);
        return RevocationBook.Describe(_state.Clients.First(client => client.Serial.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    public Task DismissAsync(NodeId node) => RefuseAsync(RevocationBook.Dismiss(_state, node, time.GetUtcNow()));

    /// <summary>Stores a change, and tells each manager that listens. One that does not answer asks by itself.</summary>
    private async Task ChangeTrustAsync(ClusterState next)
    {
        if (ReferenceEquals(next, _state)) return;
        var (before, now) = (_state, time.GetUtcNow());
        await WriteAsync(next);
        WatchRotation();
        if (before.TrustChanges == next.TrustChanges) return;
        LogTrustChanged(next.TrustChanges + 1, next.Rotation is { } rotation ? rotation.Step.ToString() : "no rotation", next.Rotation is null ? 1 : 2);
        foreach (var gone in _watchers.Where(watcher => watcher.Value < now).Select(watcher => watcher.Key).ToList()) _watchers.Remove(gone);
        var trust = RotationBook.Trust(_state);
        await Task.WhenAll(_watchers.Keys.ToList().Select(watcher => TellAsync(watcher, trust)));
    }

    /// <summary>
    /// Refuses what was not refused before; asked again, it waits all the same, since the first answer may not have come. An activation that has just begun knows none of the managers, and each asks within an interval; what they are told then is what was stored. Until all have
    /// asked, a caller would take for refused everywhere what some still let in.
    /// </summary>
    private async Task RefuseAsync(ClusterState next)
    {
        var managers = RevocationBook.CountManagers(_state);
        await ChangeTrustAsync(next);
        var rest = TrustRecord.AskInterval + s_margin - time.GetElapsedTime(_begin);
        if (rest > TimeSpan.Zero && _watchers.Count < managers) await Task.Delay(rest, time);
    }

    private async Task TellAsync(ITrustWatcher watcher, TrustRecord trust)
    {
        try
        {
            await watcher.ChangedAsync(trust).WaitAsync(s_tellLimit, time);
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            _watchers.Remove(watcher);
            LogNotTold(trust.Version, failure.Message);
        }
    }
}
