using System.Collections.Immutable;
using Warren.Access;
using Warren.ControlPlane.Tests.Testing;
using Warren.Silo.Api.Access;

namespace Warren.Api.Tests.Access;

/// <summary>What a follower of the audit log is shown of calls whose results are not known yet.</summary>
public sealed class AuditReaderTests
{
    private readonly PassedTime _time = new();

    /// <summary>Also where its call began long ago, or will begin by the clock of this manager.</summary>
    [Theory]
    [InlineData(-60)]
    [InlineData(0)]
    [InlineData(60)]
    public async Task Follow_EntryWithoutItsResult_HoldsUpThoseBehindItForTwoSeconds(int minutes)
    {
        var at = _time.GetUtcNow() + TimeSpan.FromMinutes(minutes);
        var seen = await FollowAsync(2, () => [Entry(1, at), Entry(2, at, "OK")]);
        seen.ShouldBe([("run-1", null, TimeSpan.FromSeconds(2)), ("run-2", "OK", TimeSpan.FromSeconds(2))]);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task Follow_ResultThatComesMeanwhile_IsShownWithItsEntry(int minutes)
    {
        var at = _time.GetUtcNow() + TimeSpan.FromMinutes(minutes);
        var seen = await FollowAsync(2, () => [Entry(1, at, "OK"), Entry(2, at, _time.Passed < TimeSpan.FromSeconds(1) ? null : "NOT_FOUND")]);
        seen.ShouldBe([("run-1", "OK", TimeSpan.Zero), ("run-2", "NOT_FOUND", TimeSpan.FromSeconds(1))]);
    }

    [Fact]
    public async Task Follow_EntryThatHasHadNoResultForDays_IsShownAtOnce()
    {
        var seen = await FollowAsync(1, () => [Entry(1, _time.GetUtcNow() - TimeSpan.FromDays(2))]);
        seen.ShouldBe([("run-1", null, TimeSpan.Zero)]);
    }

    private static AuditEntry Entry(long cursor, DateTimeOffset at, string? code = null) => new()
    {
        Cursor = cursor,
        Id = $"run-{cursor}",
        At = at,
        Who = "root",
        From = "socket",
        Manager = "m2",
        Operation = "ConfigApi/Create",
        Outcome = code is null ? null : new() { Id = $"run-{cursor}", Code = code },
    };

    private async Task<List<(string Id, string? Code, TimeSpan After)>> FollowAsync(int count, Func<ImmutableArray<AuditEntry>> entries)
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        var seen = new List<(string, string?, TimeSpan)>();
        await foreach (var entry in new AuditReader(new Log(entries), _time).ReadAsync(0, follows: true, limit.Token))
        {
            seen.Add((entry.Id, entry.Outcome?.Code, _time.Passed));
            if (seen.Count == count) break;
        }

        return seen;
    }

    private sealed class Log(Func<ImmutableArray<AuditEntry>> entries) : IAuditGrain
    {
        public Task NoteAsync(ImmutableArray<AuditEntry> begun, ImmutableArray<AuditOutcome> ended) => throw new NotSupportedException();

        public Task<ImmutableArray<AuditEntry>> ReadAsync(long cursor, int most) => Task.FromResult<ImmutableArray<AuditEntry>>([.. entries().Where(entry => entry.Cursor > cursor)]);
    }

    // What is waited for has passed at once.
    private sealed class PassedTime : TimeProvider
    {
        public TimeSpan Passed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) + Passed;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Passed += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
