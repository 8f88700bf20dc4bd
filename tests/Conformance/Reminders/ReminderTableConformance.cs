namespace Warren.Conformance.Reminders;

/// <summary>What every <see cref="IReminderTable"/> does. Derive from it and say how to open a table.</summary>
public abstract class ReminderTableConformance
{
    private static readonly DateTime s_start = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc).AddTicks(1234567);

    /// <summary>Opens the test's table, not yet started. A second call gives another handle, as a second silo would have it.</summary>
    protected abstract Task<IReminderTable> OpenAsync();

    [Fact]
    public async Task ReadRow_NeverWritten_IsNull() =>
        (await (await NewTableAsync()).ReadRow(Grain(1), "a")).ShouldBeNull();

    [Fact]
    public async Task Upsert_New_IsReadByAnotherHandleWithEveryField()
    {
        var table = await NewTableAsync();
        var entry = Entry(1, "foo/bar\\#b_a_z?'☃");
        var etag = await table.UpsertRow(entry);

        var read = (await (await NewTableAsync()).ReadRow(entry.GrainId, entry.ReminderName)).ShouldNotBeNull();

        etag.ShouldNotBeNullOrEmpty();
        (read.GrainId, read.ReminderName, read.StartAt, read.StartAt.Kind, read.Period, read.ETag)
            .ShouldBe((entry.GrainId, entry.ReminderName, entry.StartAt, DateTimeKind.Utc, entry.Period, etag));
    }

    [Fact]
    public async Task Upsert_Existing_ReplacesItWhateverTheEtag()
    {
        var table = await NewTableAsync();
        var first = await table.UpsertRow(Entry(1, "a"));
        var changed = Entry(1, "a");
        changed.StartAt = s_start.AddDays(1);
        changed.Period = TimeSpan.FromHours(7);
        changed.ETag = "nothing";

        var second = await table.UpsertRow(changed);

        second.ShouldNotBe(first);
        var read = (await table.ReadRows(Grain(1))).Reminders.ShouldHaveSingleItem();
        (read.StartAt, read.Period, read.ETag).ShouldBe((changed.StartAt, changed.Period, second));
    }

    [Fact]
    public async Task Upsert_ByManyAtOnce_GivesEachItsOwnEtag()
    {
        var handles = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => NewTableAsync()));

        var etags = await Task.WhenAll(handles.Select(table => table.UpsertRow(Entry(1, "a"))));

        etags.Distinct().Count().ShouldBe(5);
        etags.ShouldContain((await handles[0].ReadRow(Grain(1), "a"))!.ETag);
    }

    [Fact]
    public async Task Remove_LastEtag_RemovesThatReminderAlone()
    {
        var table = await NewTableAsync();
        var etag = await table.UpsertRow(Entry(1, "a"));
        await table.UpsertRow(Entry(1, "b"));
        await table.UpsertRow(Entry(2, "a"));

        (await table.RemoveRow(Grain(1), "a", etag!)).ShouldBeTrue();

        (await table.ReadRow(Grain(1), "a")).ShouldBeNull();
        (await table.ReadRows(Grain(1))).Reminders.Select(entry => entry.ReminderName).ShouldBe(["b"]);
        (await table.ReadRows(Grain(2))).Reminders.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("b", true)]
    [InlineData("A", true)]
    public async Task Remove_OldEtagOrOtherName_RemovesNothing(string name, bool lastEtag)
    {
        var table = await NewTableAsync();
        var old = await table.UpsertRow(Entry(1, "a"));
        var last = await table.UpsertRow(Entry(1, "a"));

        (await table.RemoveRow(Grain(1), name, (lastEtag ? last : old)!)).ShouldBeFalse();

        (await table.ReadRow(Grain(1), "a"))!.ETag.ShouldBe(last);
    }

    [Fact]
    public async Task Remove_Twice_SaysNoTheSecondTime()
    {
        var table = await NewTableAsync();
        var etag = await table.UpsertRow(Entry(1, "a"));
        await table.RemoveRow(Grain(1), "a", etag!);

        (await table.RemoveRow(Grain(1), "a", etag!)).ShouldBeFalse();
    }

    [Fact]
    public async Task ReadRows_OfAGrain_GivesItsReminders()
    {
        var table = await NewTableAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await table.UpsertRow(Entry(1, name));
        await table.UpsertRow(Entry(2, "d"));

        (await table.ReadRows(Grain(1))).Reminders.Select(entry => entry.ReminderName).Order().ShouldBe(["a", "b", "c"]);
        (await table.ReadRows(Grain(3))).Reminders.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadRows_WholeRing_GivesAll()
    {
        var table = await FilledTableAsync();

        (await table.ReadRows(0, uint.MaxValue)).Reminders.Count.ShouldBe(100);
        (await table.ReadRows(0, 0)).Reminders.Count.ShouldBe(100);
        (await table.ReadRows(uint.MaxValue, uint.MaxValue)).Reminders.Count.ShouldBe(100);
        (await table.ReadRows(123456789, 123456789)).Reminders.Count.ShouldBe(100);
    }

    [Fact]
    public async Task ReadRows_Ranges_AreOpenAtTheBeginAndClosedAtTheEnd()
    {
        var table = await FilledTableAsync();
        var hashes = Enumerable.Range(0, 100).Select(i => Grain(i).GetUniformHashCode()).Order().ToArray();
        var (low, high) = (hashes[30], hashes[60]);

        await AssertRangeAsync(table, low, high, hashes[31..61]);
        await AssertRangeAsync(table, high, low, [.. hashes[..31], .. hashes[61..]]);
        await AssertRangeAsync(table, low - 1, low, [low]);
        await AssertRangeAsync(table, low, low - 1, [.. hashes.Where(hash => hash != low)]);
        await AssertRangeAsync(table, hashes[^1], hashes[0], [hashes[0]]);
        await AssertRangeAsync(table, uint.MaxValue, hashes[1], hashes[..2]);
        await AssertRangeAsync(table, low, low + 1, [.. hashes.Where(hash => hash == low + 1)]);
    }

    [Fact]
    public async Task TestOnlyClearTable_Filled_RemovesAll()
    {
        var table = await FilledTableAsync();

        await table.TestOnlyClearTable();

        (await table.ReadRows(0, 0)).Reminders.ShouldBeEmpty();
    }

    /// <summary>The grain of a number, the same in every test.</summary>
    protected static GrainId Grain(int number) => GrainId.Create("reminded", "grain/" + number);

    private static ReminderEntry Entry(int grain, string name) => new()
    {
        GrainId = Grain(grain),
        ReminderName = name,
        StartAt = s_start.AddSeconds(grain),
        Period = TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(7),
    };

    private static async Task AssertRangeAsync(IReminderTable table, uint begin, uint end, uint[] expected) =>
        (await table.ReadRows(begin, end)).Reminders.Select(entry => entry.GrainId.GetUniformHashCode()).Order().ToArray()
            .ShouldBe(expected, $"({begin}, {end}]");

    private async Task<IReminderTable> NewTableAsync()
    {
        var table = await OpenAsync();
        await table.StartAsync();
        return table;
    }

    private async Task<IReminderTable> FilledTableAsync()
    {
        var table = await NewTableAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => table.UpsertRow(Entry(i, "a"))));
        return table;
    }
}
