namespace Orleans.Runtime.Membership;

/// <summary>
/// One silo's dealings with the membership table: what was read last, what is under way, and how it went. One call at a time; every
/// write is a compare-and-swap on what was read.
/// </summary>
/// <param name="own">This silo's row as it first enters the table.</param>
/// <param name="start">When the silo started.</param>
internal sealed class TableProgress(MembershipEntry own, TimeSpan start)
{
    private const int ConflictsBeforeWait = 3;
    private static readonly TimeSpan s_waitPerConflict = TimeSpan.FromMilliseconds(50);

    private bool _isInitialised;
    private MembershipTableData? _data;
    private bool _isDataOld;
    private DateTime _utcAtRead;
    private TimeSpan? _lastReadAt;
    private string? _mustReadBecause;
    private TimeSpan _mustReadSince;
    private TimeSpan _retryAt;
    private TimeSpan? _lastSignAt;
    private TimeSpan _lastCleanUpAt = start;
    private int _failures;
    private int _conflicts;

    /// <summary>The step under way; null when there is none.</summary>
    public TableStep? Current { get; private set; }

    /// <summary>When the call under way, or the last one, started.</summary>
    public TimeSpan CallStartedAt { get; private set; }

    public bool TriedToInsert { get; private set; }

    /// <summary>Since when every call has failed; null when the last one did not.</summary>
    public TimeSpan? LostSince { get; private set; }

    public TableState StateFor(ClusterView view) => new()
    {
        IsInitialised = _isInitialised,
        IsBusy = Current is not null,
        RetryAt = _retryAt,
        IsCurrent = _data is not null && !_isDataOld && _data.Version.Version == view.Version.Value,
        MustReadBecause = _mustReadBecause,
        LastReadAt = _lastReadAt,
        LastSignAt = _lastSignAt,
        LastCleanUpAt = _lastCleanUpAt,
    };

    /// <summary>The table must be read, by a read that starts from now on, before anything else.</summary>
    public void MustRead(string because, TimeSpan now) => (_mustReadBecause, _mustReadSince) = (because, now);

    /// <summary>Not before <paramref name="at"/>.</summary>
    public void WaitUntil(TimeSpan at) => _retryAt = at;

    public TableCall Begin(TableStep step, TimeSpan now, DateTime utcNow)
    {
        (Current, CallStartedAt) = (step, now);
        switch (step)
        {
            case TableStep.Initialise:
                return new TableCall.Initialise();
            case TableStep.Insert:
                TriedToInsert = true;
                var entry = own.Copy();
                (entry.Status, entry.StartTime, entry.IAmAliveTime) = (SiloStatus.Joining, utcNow, utcNow);
                return new TableCall.Insert(entry, _data!.Version.Next());
            case TableStep.Update update:
                var (row, etag) = _data!.TryGet(update.Silo)!;
                return new TableCall.Update(Changed(row, update, utcNow), etag, _data.Version.Next());
            case TableStep.SignOfLife:
                var alive = _data?.TryGet(own.SiloAddress)?.Item1.Copy() ?? own.Copy();
                alive.IAmAliveTime = utcNow;
                return new TableCall.SignOfLife(alive);
            case TableStep.CleanUp cleanUp:
                return new TableCall.CleanUp(new DateTimeOffset(_utcAtRead - cleanUp.OlderThan));
            default:
                return new TableCall.ReadAll();
        }
    }

    public void OnInitialised()
    {
        Current = null;
        _isInitialised = true;
        _failures = 0;
    }

    public void OnRead(MembershipTableData data, DateTime utcNow)
    {
        Current = null;
        _failures = 0;
        (_data, _isDataOld, _utcAtRead, _lastReadAt) = (data, false, utcNow, CallStartedAt);
        if (CallStartedAt >= _mustReadSince) _mustReadBecause = null;
    }

    /// <summary>A read that gave what cannot be: it counts for nothing.</summary>
    public void OnReadDiscarded()
    {
        Current = null;
        _failures = 0;
    }

    /// <returns>The view after the write, when the write changed the membership; else null.</returns>
    public ClusterView? OnWritten(bool done, TimeSpan now)
    {
        var step = Current!;
        Current = null;
        _failures = 0;
        switch (step)
        {
            case TableStep.SignOfLife:
                _lastSignAt = CallStartedAt;
                return null;
            case TableStep.CleanUp:
                _lastCleanUpAt = now;
                MustRead("rows were cleaned up", now);
                return null;
        }

        _isDataOld = true;
        if (!done)
        {
            MustRead("the table had changed before a write", now);
            if (++_conflicts > ConflictsBeforeWait)
            {
                var wait = s_waitPerConflict * _conflicts;
                WaitUntil(now + (wait < MembershipSettings.LongestTableRetry ? wait : MembershipSettings.LongestTableRetry));
            }

            return null;
        }

        _conflicts = 0;
        MustRead("this silo has changed the table", now);
        if (step is TableStep.Insert) _lastSignAt = CallStartedAt;
        return ViewAfter(step);
    }

    public void OnFailed(TimeSpan now)
    {
        if (Current is TableStep.Insert or TableStep.Update) MustRead("the outcome of a write is not known", now);
        Current = null;
        var wait = MembershipSettings.FirstTableRetry * Math.Pow(2, Math.Min(_failures++, 16));
        WaitUntil(now + (wait < MembershipSettings.LongestTableRetry ? wait : MembershipSettings.LongestTableRetry));
        LostSince ??= now;
    }

    /// <summary>A call succeeded. For how long none had; null when the last one did.</summary>
    public TimeSpan? OnReached(TimeSpan now)
    {
        var lostFor = now - LostSince;
        LostSince = null;
        return lostFor;
    }

    private static MembershipEntry Changed(MembershipEntry row, TableStep.Update update, DateTime utcNow)
    {
        var entry = row.Copy();
        var before = (row.SuspectTimes ?? []).DistinctBy(vote => vote.Item1).ToDictionary(vote => vote.Item1);
        entry.Status = update.Status;
        entry.SuspectTimes = [.. update.Voters.Select(voter => before.GetValueOrDefault(voter) ?? Tuple.Create(voter, utcNow))];
        return entry;
    }

    private ClusterView ViewAfter(TableStep step)
    {
        var members = ClusterView.Of(_data!).Members.ToDictionary(member => member.Silo);
        if (step is TableStep.Update update)
            members[update.Silo] = members[update.Silo] with { Status = update.Status };
        else
            members[own.SiloAddress] = new ViewMember(own.SiloAddress, SiloStatus.Joining, own.SiloName, own.ProxyPort);
        return new ClusterView(new MembershipVersion(_data!.Version.Next().Version), members.Values);
    }
}
