using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Warren.Events;
using Warren.Silo.Api.Endpoints;

namespace Warren.Api.Tests.Serving;

/// <summary>Who follows the events of a log that breaks off.</summary>
public sealed class EventFollowerTests
{
    /// <summary>It was activated anew, let go of those who wait, or died.</summary>
    [Theory]
    [InlineData(typeof(EnumerationAbortedException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(SiloUnavailableException))]
    public async Task Follow_LogBreaksOff_GoesOnAfterTheLastEvent(Type how)
    {
        var seen = new List<long>();
        await foreach (var happened in Follow(new(() => (Exception)Activator.CreateInstance(how)!) { Events = 1 }))
        {
            seen.Add(happened.Cursor);
            if (seen.Count == 20) break;
        }

        seen.ShouldBe(Enumerable.Range(8, 20).Select(number => (long)number));
    }

    [Fact]
    public async Task Follow_LogIsOutOfReach_IsToldAfterSomeTries()
    {
        var log = new Log(() => new SiloUnavailableException("nobody is there"));
        (await Should.ThrowAsync<SiloUnavailableException>(() => Follow(log).ToListAsync().AsTask())).Message.ShouldBe("nobody is there");
        log.Tries.ShouldBe(10);
    }

    [Fact]
    public async Task Follow_EventsAreGone_IsToldAtOnce()
    {
        var log = new Log(() => new EventsGoneException(7, 100));
        (await Should.ThrowAsync<EventsGoneException>(() => Follow(log).ToListAsync().AsTask())).Oldest.ShouldBe(100);
        log.Tries.ShouldBe(1);
    }

    [Fact]
    public async Task Follow_ReaderEnds_EndsWithIt()
    {
        using var end = new CancellationTokenSource();
        await end.CancelAsync();
        var log = new Log(() => new OperationCanceledException(end.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => Follow(log, end.Token).ToListAsync().AsTask());
        log.Tries.ShouldBe(1);
    }

    private static IAsyncEnumerable<ClusterEvent> Follow(Log log, CancellationToken end = default) => new EventFollower(log, new PassedTime()).FollowAsync(7, end);

    // Gives some events each time that it is followed, then breaks off.
    private sealed class Log(Func<Exception> how) : IEventLogGrain
    {
        public int Events { get; init; }

        public int Tries { get; private set; }

        public async IAsyncEnumerable<ClusterEvent> FollowAsync(long? cursor, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Tries++;
            await Task.Yield();
            for (var i = 1; i <= Events; i++)
            {
                yield return new() { Cursor = cursor!.Value + i, At = DateTimeOffset.UnixEpoch, Subject = new(SubjectKind.Cluster, "test"), Kind = EventKind.Updated };
            }

            throw how();
        }

        public Task AppendAsync(ImmutableArray<ClusterEvent> events) => throw new NotSupportedException();

        public Task<long> GetLastAsync() => throw new NotSupportedException();

        public Task<ImmutableArray<ClusterEvent>> ReadAsync(long cursor, int most) => throw new NotSupportedException();
    }

    // What is waited for has passed at once.
    private sealed class PassedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
