using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime.Membership;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

public sealed class ClusterViewSourceTests
{
    private readonly ClusterViewSource _views = new(NullLogger<ClusterViewSource>.Instance);
    private readonly List<(long Before, long Now)> _told = [];

    [Fact]
    public void TryAdvance_OlderOrSameVersion_IsNotTaken()
    {
        _views.TryAdvance(ViewOf(5, 1)).ShouldBeTrue();

        _views.TryAdvance(ViewOf(5, 1, 2)).ShouldBeFalse();
        _views.TryAdvance(ViewOf(4, 1, 2)).ShouldBeFalse();

        _views.Current.Active.ShouldBe([Silo(1)]);
    }

    [Fact]
    public void Replace_OlderVersion_IsTakenAndTold()
    {
        _views.TryAdvance(ViewOf(5, 1));
        _views.Subscribe(Record);

        _views.Replace(ViewOf(2, 1, 2));

        _views.Current.Version.Value.ShouldBe(2);
        _told.ShouldBe([(5, 2)]);
    }

    [Fact]
    public void Ring_SameActiveSilos_IsTheSameObject()
    {
        _views.TryAdvance(ViewOf(1, 1, 2));
        var ring = _views.Current.Ring;

        _views.TryAdvance(View(2, Member(Silo(1)), Member(Silo(2)), Member(Silo(3), SiloStatus.Joining)));
        _views.Current.Ring.ShouldBeSameAs(ring);

        _views.TryAdvance(ViewOf(3, 1, 2, 3));
        _views.Current.Ring.ShouldNotBeSameAs(ring);
        _views.Current.Ring.Silos.Length.ShouldBe(3);
    }

    [Fact]
    public void Subscriber_Throws_OthersAreToldStill()
    {
        _views.Subscribe((_, _) => throw new InvalidOperationException("planted"));
        _views.Subscribe(Record);

        _views.TryAdvance(ViewOf(1, 1));
        _views.TryAdvance(ViewOf(2, 1));

        _told.ShouldBe([(long.MinValue, 1), (1, 2)]);
    }

    [Fact]
    public void Subscriber_AdvancesItself_IsToldInOrder()
    {
        _views.Subscribe((_, now) =>
        {
            if (now.Version.Value == 1) _views.TryAdvance(ViewOf(2, 1, 2));
        });
        _views.Subscribe(Record);

        _views.TryAdvance(ViewOf(1, 1));

        _told.ShouldBe([(long.MinValue, 1), (1, 2)]);
    }

    [Fact]
    public void Subscription_Disposed_IsToldNoMore()
    {
        var subscription = _views.Subscribe(Record);
        _views.TryAdvance(ViewOf(1, 1));
        subscription.Dispose();
        _views.TryAdvance(ViewOf(2, 1));

        _told.ShouldBe([(long.MinValue, 1)]);
    }

    [Fact]
    public async Task TryAdvance_FromManyThreads_TellsRisingVersionsUpToTheLast()
    {
        _views.Subscribe(Record);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var version = thread; version < 2000; version += 4) _views.TryAdvance(ViewOf(version, 1));
        })));

        _views.Current.Version.Value.ShouldBe(1999);
        _told[^1].Now.ShouldBe(1999);
        _told.Select(change => change.Before).ShouldBe([long.MinValue, .. _told.SkipLast(1).Select(change => change.Now)]);
        _told.Select(change => change.Now).ShouldBe(_told.Select(change => change.Now).Order());
    }

    private void Record(ClusterView before, ClusterView now) => _told.Add((before.Version.Value, now.Version.Value));
}
