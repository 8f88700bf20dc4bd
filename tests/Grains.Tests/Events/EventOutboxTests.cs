using System.Collections.Immutable;
using System.Globalization;
using Warren.Events;
using Warren.Grains.Events;
using Warren.Grains.Tests.Testing;

namespace Warren.Grains.Tests.Events;

public sealed class EventOutboxTests
{
    private const int Most = 10;

    private readonly EventOutbox _outbox = new(null!);

    [Fact]
    public void With_NoMoreThanAreKept_HasAllInTheirOrder()
    {
        _outbox.Stored(Events(0, Most));
        _outbox.With(Events(Most, 3), Most).ShouldBe(Events(0, Most + 3));
    }

    [Fact]
    public void With_MoreThanAreKept_LeavesOutTheOldestAndSaysHowMany()
    {
        _outbox.Stored(Events(0, Most + 4));
        var all = _outbox.With(Events(Most + 4, 2), Most);
        all.Length.ShouldBe(Most + 2);
        all[1..].ShouldBe(Events(5, Most + 1));
        (all[0].Kind, all[0].To, all[0].At).ShouldBe((EventKind.Blocked, "5 events lost", Events(4, 1)[0].At));
    }

    [Fact]
    public void With_LogAwayForLong_StaysBoundedAndOneEventTellsOfAllThatAreLost()
    {
        const int Steps = 500;
        for (var step = 0; step < Steps; step++) _outbox.Stored(_outbox.With(Events(step, 1), Most));
        _outbox.Unsent.Length.ShouldBe(Most + 1);
        _outbox.Unsent[0].To.ShouldBe("490 events lost");
        _outbox.Unsent[1..].ShouldBe(Events(Steps - Most, Most));
    }

    private static ImmutableArray<ClusterEvent> Events(int first, int count) =>
    [
        .. Enumerable.Range(first, count).Select(number => new ClusterEvent
        {
            Cursor = 0,
            At = A.Moment.AddSeconds(number),
            Subject = new(SubjectKind.Node, "n1"),
            Kind = EventKind.ObservedChanged,
            To = number.ToString(CultureInfo.InvariantCulture),
        }),
    ];
}
