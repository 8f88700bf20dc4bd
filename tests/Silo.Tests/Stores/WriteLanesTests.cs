using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

public sealed class WriteLanesTests
{
    private readonly WriteLanes _lanes = new();

    [Fact]
    public void TryTake_ManyOfOneType_TakesOfEachTypeInTurn()
    {
        Add("task", "1", "2", "3", "4");
        Add("service", "a");
        Add("node", "x", "y");

        Take(7).ShouldBe(["task/1", "service/a", "node/x", "task/2", "node/y", "task/3", "task/4"]);
        _lanes.IsEmpty.ShouldBeTrue();
        _lanes.TryTake(out _).ShouldBeFalse();
    }

    [Fact]
    public void TryTake_TypeThatComesAgain_HasItsTurnBehindTheOthers()
    {
        Add("service", "a");
        Add("task", "1", "2");
        Take(1).ShouldBe(["service/a"]);
        Add("service", "b");

        Take(3).ShouldBe(["task/1", "service/b", "task/2"]);
    }

    [Fact]
    public void TryTake_SameRowTwice_KeepsTheOrder()
    {
        var (first, second) = (Write("task", "1"), Write("task", "1"));
        _lanes.Add(first);
        _lanes.Add(second);

        _lanes.TryTake(out var taken).ShouldBeTrue();
        taken.ShouldBeSameAs(first);
        _lanes.TryTake(out taken).ShouldBeTrue();
        taken.ShouldBeSameAs(second);
    }

    [Fact]
    public void TryTake_Foreground_GoesFirst()
    {
        Add("task", "1", "2");
        Add("service", "a");
        _lanes.HasForeground.ShouldBeFalse();
        _lanes.Add(Write("service", "b", isForeground: true));
        _lanes.HasForeground.ShouldBeTrue();

        Take(4).ShouldBe(["service/b", "task/1", "service/a", "task/2"]);
        _lanes.HasForeground.ShouldBeFalse();
        _lanes.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void TryTake_ForegroundWithoutEnd_LeavesEachNinthToTheOthers()
    {
        Add("task", "1", "2");
        for (var i = 0; i < 20; i++) _lanes.Add(Write("service", "s", isForeground: true));

        var taken = Take(22);

        taken[8].ShouldBe("task/1");
        taken[17].ShouldBe("task/2");
        taken.Count(row => row == "service/s").ShouldBe(20);
        _lanes.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void IsPatient_OnlyWhileAllThatWaitAre()
    {
        _lanes.IsPatient.ShouldBeFalse();
        _lanes.Add(StateWrite.Put(new("grains", "audit", "log", "chunk-1"), new(0, "{}"), null, isPatient: true));
        _lanes.IsPatient.ShouldBeTrue();
        Add("service", "a");
        _lanes.IsPatient.ShouldBeFalse();
        Take(1).ShouldBe(["audit/log"]);
        _lanes.IsPatient.ShouldBeFalse();
        Take(1).ShouldBe(["service/a"]);
        _lanes.IsPatient.ShouldBeFalse();
    }

    private static RowWrite Write(string type, string key, bool isForeground = false) => StateWrite.Remove(new("grains", type, key, "state"), expected: 1, isForeground);

    private void Add(string type, params string[] keys)
    {
        foreach (var key in keys) _lanes.Add(Write(type, key));
    }

    private string[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        _lanes.TryTake(out var write).ShouldBeTrue();
        return $"{write!.Key.GrainType}/{write.Key.GrainKey}";
    })];
}
