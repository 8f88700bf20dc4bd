using Orleans.Runtime.Placement;

namespace Orleans.Embedded.Tests.Handoff;

public class HandoffTrackerTests
{
    private static readonly SiloAddress One = Silo(1);
    private static readonly SiloAddress Two = Silo(2);
    private static readonly SiloAddress Three = Silo(3);

    [Fact]
    public void HoldersOf_NothingReplaced_NobodyHolds()
    {
        var tracker = new HandoffTracker(One).OnView(1, null, [Two]);

        tracker.IsPending.ShouldBeFalse();
        tracker.HoldersOf(GrainOf(new Ring([Two]))).ShouldBeEmpty();
    }

    [Fact]
    public void HoldersOf_FormerOwnerLives_ItMayHold()
    {
        var tracker = new HandoffTracker(One).OnView(2, new Ring([Two]), [Two]);

        tracker.HoldersOf(GrainOf(new Ring([Two]))).ShouldBe([Two]);
    }

    [Fact]
    public void HoldersOf_FormerOwnerIsThisSilo_NobodyHolds()
    {
        var tracker = new HandoffTracker(One).OnView(2, new Ring([One]), [Two]);

        tracker.HoldersOf(GrainOf(new Ring([One]))).ShouldBeEmpty();
    }

    [Fact]
    public void HoldersOf_FormerOwnerDied_NobodyHolds()
    {
        var tracker = new HandoffTracker(One).OnView(2, new Ring([Two]), [Two]).OnView(3, null, []);

        tracker.IsPending.ShouldBeFalse();
        tracker.HoldersOf(GrainOf(new Ring([Two]))).ShouldBeEmpty();
    }

    [Fact]
    public void OnReleased_ByThatView_EndsTheWait()
    {
        var tracker = new HandoffTracker(One).OnView(2, new Ring([Two]), [Two]).OnReleased(Two, 2);

        tracker.IsPending.ShouldBeFalse();
    }

    [Fact]
    public void OnReleased_ByAnOlderView_KeepsTheWait()
    {
        var tracker = new HandoffTracker(One).OnView(2, new Ring([Two]), [Two]).OnReleased(Two, 1);

        tracker.HoldersOf(GrainOf(new Ring([Two]))).ShouldBe([Two]);
    }

    [Fact]
    public void OnReleased_BeforeTheViewIsKnownHere_IsNotForgotten()
    {
        var tracker = new HandoffTracker(One).OnView(1, null, [Two]).OnReleased(Two, 2).OnView(2, new Ring([Two]), [Two]);

        tracker.IsPending.ShouldBeFalse();
    }

    [Fact]
    public void OnReleased_LateAnnouncementOfAnOlderView_DoesNotTakeBackANewerOne()
    {
        var tracker = new HandoffTracker(One).OnView(2, new Ring([Two]), [Two]).OnReleased(Two, 2).OnReleased(Two, 1);

        tracker.IsPending.ShouldBeFalse();
    }

    [Fact]
    public void HoldersOf_TwoChangesInARow_BothFormerOwnersMayHold()
    {
        var tracker = new HandoffTracker(One)
            .OnView(2, new Ring([Two]), [Two, Three])
            .OnView(3, new Ring([Three]), [Two, Three]);

        tracker.HoldersOf(GrainId.Create("counter", "any")).Order().ShouldBe([Two, Three]);
    }

    [Fact]
    public void HoldersOf_OneOfTwoReleased_TheOtherMayStillHold()
    {
        var tracker = new HandoffTracker(One)
            .OnView(2, new Ring([Two]), [Two, Three])
            .OnView(3, new Ring([Three]), [Two, Three])
            .OnReleased(Two, 3);

        tracker.HoldersOf(GrainId.Create("counter", "any")).ShouldBe([Three]);
    }

    private static GrainId GrainOf(Ring ring)
    {
        var grain = GrainId.Create("counter", "any");
        ring.OwnerOf(grain).ShouldNotBeNull();
        return grain;
    }

    private static SiloAddress Silo(int number) => SiloAddress.FromParsableString($"127.0.0.1:{1000 + number}@1");
}
