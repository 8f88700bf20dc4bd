using Warren.Events;
using Warren.Grains.Events;
using Warren.Grains.Tests.Testing;

namespace Warren.Grains.Tests.Events;

public sealed class EventBufferTests
{
    [Fact]
    public void ReadAfter_Pages_GiveEachEventOnce()
    {
        var buffer = Filled(1000);
        var (seen, cursor) = (new List<long>(), 0L);
        for (var page = buffer.ReadAfter(cursor, 70); page.Events.Length > 0; page = buffer.ReadAfter(cursor, 70))
        {
            page.Outcome.ShouldBe(EventReadOutcome.Ok);
            seen.AddRange(page.Events.Select(one => one.Cursor));
            cursor = page.Next;
        }

        seen.ShouldBe(Enumerable.Range(1, 1000).Select(number => (long)number));
        buffer.ReadAfter(1000, 10).Next.ShouldBe(1000);
    }

    [Fact]
    public void Append_OverCapacity_KeepsAtLeastThatAndDropsWholeChunks()
    {
        var (buffer, stored) = (EventBuffer.Load(1000, []), new Dictionary<long, EventChunk>());
        for (var i = 0; i < 5000; i++)
        {
            var step = buffer.Append([Event(i)]);
            foreach (var chunk in step.Changed) stored[chunk.Number] = chunk;
            foreach (var number in step.Dropped) stored.Remove(number).ShouldBeTrue();
            step.Changed.Length.ShouldBe(1);
            buffer = step.Buffer;
        }

        (buffer.Last - buffer.First + 1).ShouldBeInRange(1000, 1000 + EventChunk.Size);
        var loaded = EventBuffer.Load(1000, stored.Values);
        (loaded.First, loaded.Last).ShouldBe((buffer.First, buffer.Last));
        stored.Count.ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public void Append_MoreThanFitsAtOnce_StoresOnlyWhatStays()
    {
        var step = EventBuffer.Load(10, []).Append(Enumerable.Range(0, 2000).Select(Event));
        step.Dropped.ShouldBeEmpty();
        step.Changed.Select(chunk => chunk.Number).ShouldBe([8]);
        step.Buffer.Last.ShouldBe(2000);
    }

    [Fact]
    public void ReadAfter_CursorThatIsGone_IsTooOld()
    {
        var buffer = Filled(2000, capacity: 100);
        var page = buffer.ReadAfter(5, 10);
        page.Outcome.ShouldBe(EventReadOutcome.TooOld);
        page.Events.ShouldBeEmpty();
        buffer.ReadAfter(page.Next, 10).Events[0].Cursor.ShouldBe(buffer.First);

        buffer.ReadAfter(buffer.First - 2, 10).Outcome.ShouldBe(EventReadOutcome.TooOld);

        // Nothing lies between the cursor and the oldest event.
        buffer.ReadAfter(buffer.First - 1, 10).Outcome.ShouldBe(EventReadOutcome.Ok);
        buffer.ReadAfter(0, 1).Events.Single().Cursor.ShouldBe(buffer.First);
    }

    [Fact]
    public void ReadAfter_CursorOfAnotherTime_IsUnknown() => Filled(10).ReadAfter(11, 10).Outcome.ShouldBe(EventReadOutcome.Unknown);

    [Fact]
    public void Append_SameAgain_AddsNothing()
    {
        var buffer = Filled(10);
        var again = buffer.Append([Event(3), Event(9)]);
        again.Buffer.ShouldBeSameAs(buffer);
        again.Changed.ShouldBeEmpty();
        buffer.Append([Event(9) with { Reason = "another" }]).Buffer.Last.ShouldBe(11);
    }

    [Fact]
    public void Load_ChunkBeforeAGap_IsLeftOut()
    {
        var chunks = Filled(1000).Chunks;
        EventBuffer.Load(1000, [chunks[0], chunks[2], chunks[3]]).First.ShouldBe(513);
    }

    private static EventBuffer Filled(int count, int capacity = 10_000) =>
        EventBuffer.Load(capacity, []).Append(Enumerable.Range(0, count).Select(Event)).Buffer;

    private static ClusterEvent Event(int number) => new()
    {
        Cursor = 0,
        At = A.Moment.AddSeconds(number),
        Subject = new(SubjectKind.Task, "web.1.1"),
        Kind = EventKind.ObservedChanged,
    };
}
