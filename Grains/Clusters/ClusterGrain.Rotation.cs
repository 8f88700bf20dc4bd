using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Warren.Clusters;
using Warren.Events;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>The authority is rotated: who has followed, and who has not.</summary>
internal sealed partial class ClusterGrain
{
    /// <summary>More are counted; <c>warren cluster ca inspect</c> names all.</summary>
    private const int MostNamed = 100;

    // A report that waits holds up an activation that is about to move, which takes no more reports. Who has no answer in time says it again.
    private static readonly TimeSpan s_gathered = TimeSpan.FromMilliseconds(500), s_reportLimit = TimeSpan.FromSeconds(2);

    // Clocks are set meanwhile: what is due is looked at now and then.
    private static readonly TimeSpan s_looked = TimeSpan.FromHours(1), s_toldAgain = TimeSpan.FromMinutes(1);

    private Dictionary<NodeId, TrustReport> _reports = [];
    private TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Alarm? _gathering, _overdue;

    public async Task<TrustRecord> ReportTrustAsync(NodeId node, TrustReport report)
    {
        if (RotationBook.IsNews(_state, node, report))
        {
            // All of a cluster say it within moments, and each write is one of the whole record.
            _reports[node] = report;
            _gathering!.RingWithin(s_gathered);
            await _taken.Task.WaitAsync(s_reportLimit, time);
        }

        var trust = RotationBook.Trust(_state);
        return trust with { Revoked = RevokedManagers.Of(trust).Managers };
    }

    public Task<AuthorityRecord> GetAuthorityAsync()
    {
        _ = Cluster;
        return Task.FromResult(Describe());
    }

    public async Task<AuthorityRecord> RotateAuthorityAsync()
    {
        var cluster = Cluster;
        if (_state.Rotation is not null) return Describe();
        var now = time.GetUtcNow();
        using var authority = CertificateAuthority.Create(cluster.Id, now);
        var key = authority.ExportKey();
        try
        {
            await ChangeTrustAsync(RotationBook.Begin(_state, authority.Certificate, Issuance.Seal(sealer, RotationBook.NumberOf(_state) + 1, key), now));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        return Describe();
    }

    public async Task<AuthorityRecord> LeaveBehindAsync(RotationStep step)
    {
        _ = Cluster;
        var (before, missing) = (_state, RotationBook.Missing(_state));
        await ChangeTrustAsync(RotationBook.LeaveBehind(_state, step, time.GetUtcNow()));
        if (!ReferenceEquals(before, _state) && !missing.IsEmpty) await TryTellAsync(EventKind.Updated, $"the rotation of the authority went on from the step {Text(step)} without {Named(missing)}; they come back by a new token only");
        return Describe();
    }

    private AuthorityRecord Describe() => RotationBook.Describe(_state, options.Value.RotationDeadline);

    private void WatchRotation()
    {
        _gathering ??= new(this, time, _ => TakeReportsAsync());
        _overdue ??= new(this, time, _ => TellOverdueAsync());
        if (RotationBook.TellAt(_state, options.Value.RotationDeadline) is not { } at) return;
        var wait = at - time.GetUtcNow();
        _overdue.RingWithin(wait < s_looked ? wait : s_looked);
    }

    private async Task TakeReportsAsync()
    {
        var (reports, taken) = (_reports, _taken);
        (_reports, _taken) = ([], new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await ChangeTrustAsync(RotationBook.Report(_state, reports, time.GetUtcNow()));
            taken.SetResult();
        }
        catch (Exception failure)
        {
            // Those who have reported hear of it, and do so again.
            taken.SetException(failure);
            _ = taken.Task.Exception;
            LogNotTaken(reports.Count, failure.Message);
        }
    }

    private async Task TellOverdueAsync()
    {
        var (now, isDone) = (time.GetUtcNow(), false);
        try
        {
            if (RotationBook.TellAt(_state, options.Value.RotationDeadline) <= now)
            {
                var (step, missing) = (_state.Rotation!.Step, RotationBook.Missing(_state));
                var text = $"the rotation of the authority is past its deadline at the step {Text(step)} and waits for {Named(missing)}: start them, or go on without them by warren cluster ca leave-behind --step {Text(step)}";
                if (!await TryTellAsync(EventKind.Blocked, text)) return;
                await WriteAsync(RotationBook.Told(_state, now));
            }

            isDone = true;
        }
        finally
        {
            // Also where it could not be stored: nothing else sets the alarm.
            if (isDone) WatchRotation();
            else _overdue!.RingWithin(s_toldAgain);
        }
    }

    private async Task<bool> TryTellAsync(EventKind kind, string text)
    {
        LogRotation(text);
        try
        {
            await GrainFactory.GetGrain<IEventLogGrain>(IEventLogGrain.Key)
                .AppendAsync([new() { Cursor = 0, At = time.GetUtcNow(), Subject = new(SubjectKind.Cluster, Cluster.Id), Kind = kind, Reason = text }]);
            return true;
        }
        catch (Exception failure)
        {
            LogEventLost(failure.Message);
            return false;
        }
    }

    private static string Named(ImmutableArray<NodeId> nodes) => string.Join(", ", nodes.Take(MostNamed))
        + (nodes.Length > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {nodes.Length - MostNamed} others") : "");

    private static string Text(RotationStep step) => step.ToString().ToLowerInvariant();
}
