using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

public sealed class BatchPlanTests
{
    private const long Epoch = 3;

    [Fact]
    public void Compute_Writes_FollowTheClaimInTheOrderOfFamilyAndKey()
    {
        RowWrite[] writes = [Update("b"), Remove("c"), Insert("d"), Update("a"), Insert("B")];

        var plan = BatchPlan.Compute(writes, Mark(), "service", 1);

        plan.Statements[0].ShouldSatisfyAllConditions(
            claim => claim.Sql.ShouldBe(WriterMark.Claim),
            claim => claim.Values.ShouldBe([Epoch, 5L]));
        plan.Groups.Select(group => group.ShouldHaveSingleItem().Key.GrainKey).ShouldBe(["B", "d", "a", "b", "c"]);
        plan.Statements.Count.ShouldBe(6);
    }

    [Fact]
    public void Compute_EqualSets_GiveEqualOrderWhateverTheirOrder()
    {
        var keys = Enumerable.Range(0, 50).Select(i => "key-" + i).ToArray();

        var forth = BatchPlan.Compute(keys.Select(Update), Mark(), "service", 64);
        var back = BatchPlan.Compute(keys.Reverse().Select(Update), Mark(), "service", 64);

        Keys(forth).ShouldBe(Keys(back));
    }

    [Theory]
    [InlineData(64, 150, new[] { 64, 64, 16, 4, 1, 1 })]
    [InlineData(16, 20, new[] { 16, 4 })]
    [InlineData(1, 3, new[] { 1, 1, 1 })]
    [InlineData(64, 0, new int[0])]
    public void Compute_ManyRows_AreGroupedInFewSizes(int rowsPerStatement, int rows, int[] sizes)
    {
        var plan = BatchPlan.Compute(Enumerable.Range(0, rows).Select(i => Update("key-" + i)), Mark(), "service", rowsPerStatement);

        plan.Groups.Select(group => group.Count).ShouldBe(sizes);
        for (var i = 0; i < sizes.Length; i++)
            plan.Statements[i + 1].Values.Length.ShouldBe(3 + (7 * sizes[i]));
    }

    [Fact]
    public void Compute_FamilyWithoutManyRows_HasAStatementForEach() =>
        BatchPlan.Compute([Remove("a"), Remove("b")], Mark(), "service", 64).Groups.Select(group => group.Count).ShouldBe([1, 1]);

    [Fact]
    public void Compute_Values_AreThoseOfTheRowsInTheOrderOfTheStatement()
    {
        var plan = BatchPlan.Compute([Update("a"), Insert("b")], Mark(), "service", 64);

        var versions = plan.Groups.Select(group => group[0].NewVersion).ToArray();
        plan.Statements[1].Values.ShouldBe([Epoch, 5L, "service", "type", "b", "state", versions[0], 2, "{}"]);
        plan.Statements[2].Values.ShouldBe([Epoch, 5L, "service", "type", "a", "state", versions[1], 2, "{}", 17L]);
    }

    [Fact]
    public void Compute_Again_DrawsNewVersions()
    {
        var mark = Mark();
        var write = Update("a");
        BatchPlan.Compute([write], mark, "service", 1);
        var first = write.NewVersion;

        BatchPlan.Compute([write], mark, "service", 1);

        write.NewVersion.ShouldBe(first + 1);
        (first >> 40).ShouldBe(Epoch);
    }

    private static WriterMark Mark() => new(Epoch) { Batch = 5 };

    private static IEnumerable<string> Keys(BatchPlan plan) => plan.Groups.SelectMany(group => group).Select(write => write.Key.GrainKey);

    private static RowKey Key(string key) => new("state", "type", key, "state");

    private static RowWrite Insert(string key) => StateWrite.Put(Key(key), new StoredState(2, "{}"), null);

    private static RowWrite Update(string key) => StateWrite.Put(Key(key), new StoredState(2, "{}"), 17);

    private static RowWrite Remove(string key) => StateWrite.Remove(Key(key), 17);
}
