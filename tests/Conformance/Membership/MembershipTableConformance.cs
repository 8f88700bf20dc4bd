using System.Net;

namespace Warren.Conformance.Membership;

/// <summary>What every <see cref="IMembershipTable"/> does. Derive from it and say how to open a table.</summary>
public abstract class MembershipTableConformance
{
    private static readonly DateTime s_start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// Opens the table of one cluster in the test's store. A second call with the same cluster id gives another handle of the same
    /// table, as a second silo would have it. Not yet initialised.
    /// </summary>
    protected abstract Task<IMembershipTable> OpenAsync(string clusterId);

    [Fact]
    public async Task ReadAll_NewTable_IsEmptyAtVersionZero()
    {
        var data = await (await NewTableAsync()).ReadAll();

        data.Members.ShouldBeEmpty();
        data.Version.Version.ShouldBe(0);
    }

    [Fact]
    public async Task Initialize_TableInUse_ChangesNothing()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var before = await table.ReadAll();

        await table.InitializeMembershipTable(true);
        var second = await OpenAsync("one");
        await second.InitializeMembershipTable(true);

        (await second.ReadAll()).Version.ShouldBe(before.Version);
        (await table.ReadAll()).Members.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Initialize_ByManyAtOnce_MakesOneVersionRow()
    {
        var tables = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync("one")));

        await Task.WhenAll(tables.Select(table => table.InitializeMembershipTable(true)));

        (await Task.WhenAll(tables.Select(table => table.ReadAll()))).Select(data => data.Version).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task InsertRow_LastVersion_AddsTheRowAndMovesTheVersion()
    {
        var table = await NewTableAsync();
        var before = await table.ReadAll();

        (await table.InsertRow(Entry(1), before.Version.Next())).ShouldBeTrue();

        var after = await table.ReadAll();
        after.Version.Version.ShouldBe(1);
        after.Version.VersionEtag.ShouldNotBe(before.Version.VersionEtag);
        after.Members.Select(row => row.Item1.SiloAddress).ShouldBe([Silo(1)]);
    }

    [Fact]
    public async Task InsertRow_SeenByAnotherHandle_KeepsEveryField()
    {
        var table = await NewTableAsync();
        var entry = Entry(1);
        entry.Status = SiloStatus.Joining;
        entry.RoleName = "role";
        entry.UpdateZone = 3;
        entry.FaultZone = 4;
        entry.AddSuspector(Silo(2), s_start.AddMilliseconds(123));
        entry.AddSuspector(SiloAddress.New(IPAddress.Parse("fd00::7"), 2390, 9), s_start.AddSeconds(2));
        await InsertAsync(table, entry);

        AssertSame((await (await OpenAsync("one")).ReadAll()).TryGet(Silo(1))!.Item1, entry);
    }

    [Fact]
    public async Task InsertRow_NullAndUnusualText_ComesBackAsItWas()
    {
        var table = await NewTableAsync();
        var entry = Entry(1);
        entry.RoleName = null;
        entry.SuspectTimes = null;
        entry.SiloName = "ma'na\"ger \\ 1; --  ☃";
        entry.HostName = "";
        await InsertAsync(table, entry);

        AssertSame((await table.ReadRow(Silo(1))).Members.Single().Item1, entry);
    }

    [Fact]
    public async Task InsertRow_SiloHasARow_IsRefused()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var before = await table.ReadAll();
        var again = Entry(1);
        again.SiloName = "other";

        (await table.InsertRow(again, before.Version.Next())).ShouldBeFalse();

        await AssertUnchangedAsync(table, before);
    }

    [Fact]
    public async Task InsertRow_OldVersion_IsRefused()
    {
        var table = await NewTableAsync();
        var old = await table.ReadAll();
        await InsertAsync(table, Entry(1));
        var before = await table.ReadAll();

        (await table.InsertRow(Entry(2), old.Version.Next())).ShouldBeFalse();

        await AssertUnchangedAsync(table, before);
    }

    [Fact]
    public async Task InsertRow_EtagOfNoVersion_IsRefused()
    {
        var table = await NewTableAsync();
        var before = await table.ReadAll();

        (await table.InsertRow(Entry(1), new TableVersion(1, "12345678"))).ShouldBeFalse();

        await AssertUnchangedAsync(table, before);
    }

    [Fact]
    public async Task UpdateRow_LastEtags_ReplacesTheRowAndMovesTheVersion()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        await InsertAsync(table, Entry(2));
        var before = await table.ReadAll();
        var (entry, etag) = before.TryGet(Silo(1))!;
        entry.Status = SiloStatus.Dead;
        entry.IAmAliveTime = s_start.AddHours(1);
        entry.AddSuspector(Silo(2), s_start.AddMinutes(5));

        (await table.UpdateRow(entry, etag, before.Version.Next())).ShouldBeTrue();

        var after = await table.ReadAll();
        after.Version.Version.ShouldBe(3);
        AssertSame(after.TryGet(Silo(1))!.Item1, entry);
        after.TryGet(Silo(1))!.Item2.ShouldNotBe(etag);
        AssertSame(after.TryGet(Silo(2))!.Item1, Entry(2));
    }

    [Fact]
    public async Task UpdateRow_VotesTakenBack_AreGone()
    {
        var table = await NewTableAsync();
        var entry = Entry(1);
        entry.AddSuspector(Silo(2), s_start);
        await InsertAsync(table, entry);
        entry.SuspectTimes = [];
        await UpdateAsync(table, entry);

        ((await table.ReadAll()).TryGet(Silo(1))!.Item1.SuspectTimes ?? []).ShouldBeEmpty();
    }

    [Fact]
    public async Task UpdateRow_EtagsUsedOnce_AreRefusedTheSecondTime()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var read = await table.ReadAll();
        var (entry, etag) = read.TryGet(Silo(1))!;
        (await table.UpdateRow(entry, etag, read.Version.Next())).ShouldBeTrue();
        var before = await table.ReadAll();

        (await table.UpdateRow(entry, etag, read.Version.Next())).ShouldBeFalse();

        await AssertUnchangedAsync(table, before);
    }

    [Fact]
    public async Task UpdateRow_OldVersion_IsRefusedEvenIfTheRowIsTheSame()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var read = await table.ReadAll();
        var (entry, etag) = read.TryGet(Silo(1))!;
        await InsertAsync(table, Entry(2));
        var before = await table.ReadAll();
        entry.Status = SiloStatus.Dead;

        (await table.UpdateRow(entry, etag, read.Version.Next())).ShouldBeFalse();

        await AssertUnchangedAsync(table, before);
    }

    [Fact]
    public async Task UpdateRow_EtagOfAnotherRow_IsRefused()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var read = await table.ReadAll();
        var (entry, old) = read.TryGet(Silo(1))!;
        await UpdateAsync(table, entry);
        var before = await table.ReadAll();
        entry.Status = SiloStatus.Dead;

        (await table.UpdateRow(entry, old, before.Version.Next())).ShouldBeFalse();

        await AssertUnchangedAsync(table, before);
    }

    [Fact]
    public async Task UpdateRow_NoSuchSilo_IsRefused()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var before = await table.ReadAll();

        (await table.UpdateRow(Entry(2), before.TryGet(Silo(1))!.Item2, before.Version.Next())).ShouldBeFalse();

        await AssertUnchangedAsync(table, before);
    }

    [Fact]
    public async Task UpdateRow_ByManyAtOnce_LetsOneThrough()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var read = await table.ReadAll();
        var handles = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync("one")));

        var done = await Task.WhenAll(handles.Select((handle, voter) =>
        {
            var entry = Entry(1);
            entry.AddSuspector(Silo(10 + voter), s_start);
            return handle.UpdateRow(entry, read.TryGet(Silo(1))!.Item2, read.Version.Next());
        }));

        done.Count(won => won).ShouldBe(1);
        var after = await table.ReadAll();
        after.Version.Version.ShouldBe(read.Version.Version + 1);
        after.TryGet(Silo(1))!.Item1.SuspectTimes!.Single().Item1.ShouldBe(Silo(10 + Array.IndexOf(done, true)));
    }

    [Fact]
    public async Task InsertRow_ByManyWhoTryAgain_LosesNothing()
    {
        var table = await NewTableAsync();

        await Task.WhenAll(Enumerable.Range(1, 6).Select(async number => await InsertAsync(await OpenAsync("one"), Entry(number))));

        var after = await table.ReadAll();
        after.Version.Version.ShouldBe(6);
        after.Members.Select(row => row.Item1.SiloAddress).Order().ShouldBe(Enumerable.Range(1, 6).Select(Silo));
        after.Members.Select(row => row.Item2).ShouldAllBe(etag => etag.Length > 0);
    }

    [Fact]
    public async Task ReadRow_SiloIsThere_GivesItAloneWithTheVersion()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        await InsertAsync(table, Entry(2));
        var all = await table.ReadAll();

        var row = await table.ReadRow(Silo(2));

        row.Version.ShouldBe(all.Version);
        AssertSame(row.Members.Single().Item1, Entry(2));
        row.Members.Single().Item2.ShouldBe(all.TryGet(Silo(2))!.Item2);
    }

    [Fact]
    public async Task ReadRow_NoSuchSilo_GivesTheVersionAlone()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));

        var row = await table.ReadRow(Silo(2));

        row.Members.ShouldBeEmpty();
        row.Version.Version.ShouldBe(1);
    }

    [Fact]
    public async Task ReadAll_ResultIsChanged_TableIsNot()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var read = (await table.ReadAll()).TryGet(Silo(1))!.Item1;
        read.Status = SiloStatus.Dead;
        read.AddSuspector(Silo(2), s_start);

        AssertSame((await table.ReadAll()).TryGet(Silo(1))!.Item1, Entry(1));
    }

    [Fact]
    public async Task UpdateIAmAlive_WithOtherChanges_WritesTheTimeAlone()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        await InsertAsync(table, Entry(2));
        var before = await table.ReadAll();
        var beat = Entry(1);
        beat.IAmAliveTime = s_start.AddMinutes(7);
        beat.Status = SiloStatus.Dead;
        beat.AddSuspector(Silo(3), s_start);

        await table.UpdateIAmAlive(beat);

        var expected = Entry(1);
        expected.IAmAliveTime = s_start.AddMinutes(7);
        var after = await table.ReadAll();
        AssertSame(after.TryGet(Silo(1))!.Item1, expected);
        AssertSame(after.TryGet(Silo(2))!.Item1, Entry(2));
        after.Version.ShouldBe(before.Version);
    }

    [Fact]
    public async Task UpdateIAmAlive_NoSuchSilo_AddsNone()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));

        await table.UpdateIAmAlive(Entry(2));

        (await table.ReadAll()).Members.Select(row => row.Item1.SiloAddress).ShouldBe([Silo(1)]);
    }

    [Fact]
    public async Task CleanupDefunctSiloEntries_DeadAndOld_AreAllThatGoes()
    {
        var table = await NewTableAsync();
        var limit = s_start.AddDays(1);
        await InsertAsync(table, With(Entry(1), SiloStatus.Dead, limit.AddSeconds(-1)));
        await InsertAsync(table, With(Entry(2), SiloStatus.Dead, limit.AddSeconds(1)));
        foreach (var (number, status) in new[] { (3, SiloStatus.Joining), (4, SiloStatus.Active), (5, SiloStatus.ShuttingDown), (6, SiloStatus.Stopping) })
            await InsertAsync(table, With(Entry(number), status, limit.AddSeconds(-1)));
        var startedLater = With(Entry(7), SiloStatus.Dead, limit.AddSeconds(-1));
        startedLater.StartTime = limit.AddSeconds(1);
        await InsertAsync(table, startedLater);
        var before = await table.ReadAll();

        await table.CleanupDefunctSiloEntries(new DateTimeOffset(limit));

        var after = await table.ReadAll();
        after.Members.Select(row => row.Item1.SiloAddress).Order().ShouldBe(Enumerable.Range(2, 6).Select(Silo));
        after.Version.ShouldBe(before.Version);
    }

    [Fact]
    public async Task CleanupDefunctSiloEntries_LimitInAnotherTimeZone_IsTheSameInstant()
    {
        var table = await NewTableAsync();
        var limit = s_start.AddDays(1);
        await InsertAsync(table, With(Entry(1), SiloStatus.Dead, limit.AddMinutes(-1)));
        await InsertAsync(table, With(Entry(2), SiloStatus.Dead, limit.AddMinutes(1)));

        await table.CleanupDefunctSiloEntries(new DateTimeOffset(limit).ToOffset(TimeSpan.FromHours(5)));

        (await table.ReadAll()).Members.Select(row => row.Item1.SiloAddress).ShouldBe([Silo(2)]);
    }

    [Fact]
    public async Task OtherCluster_InTheSameStore_IsSeparate()
    {
        var one = await NewTableAsync();
        var two = await NewTableAsync("two");
        await InsertAsync(one, Entry(1));
        await InsertAsync(one, With(Entry(5), SiloStatus.Dead, s_start.AddDays(-30)));
        await InsertAsync(two, Entry(1));
        await InsertAsync(two, Entry(2));

        await two.CleanupDefunctSiloEntries(new DateTimeOffset(s_start));
        (await one.ReadAll()).Members.Count.ShouldBe(2);
        (await one.ReadRow(Silo(2))).Members.ShouldBeEmpty();

        await two.DeleteMembershipTableEntries("two");
        (await one.ReadAll()).Members.Count.ShouldBe(2);
        (await one.ReadAll()).Version.Version.ShouldBe(2);
    }

    [Fact]
    public async Task DeleteMembershipTableEntries_ThenInitialize_StartsAnew()
    {
        var table = await NewTableAsync();
        await InsertAsync(table, Entry(1));
        var old = await table.ReadAll();

        await table.DeleteMembershipTableEntries("one");
        await table.InitializeMembershipTable(true);

        var data = await table.ReadAll();
        data.Members.ShouldBeEmpty();
        data.Version.Version.ShouldBe(0);
        (await table.UpdateRow(Entry(1), old.TryGet(Silo(1))!.Item2, old.Version.Next())).ShouldBeFalse();
    }

    /// <summary>The silo of a number, the same in every test.</summary>
    protected static SiloAddress Silo(int number) => SiloAddress.New(IPAddress.Parse("10.0.0." + number), 2390, 100 + number);

    /// <summary>An active silo's row, the same for the same number.</summary>
    protected static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = Silo(number),
        Status = SiloStatus.Active,
        SiloName = "silo-" + number,
        HostName = "host-" + number,
        ProxyPort = 3000 + number,
        StartTime = s_start.AddSeconds(number),
        IAmAliveTime = s_start.AddMinutes(number).AddMilliseconds(250),
    };

    private static MembershipEntry With(MembershipEntry entry, SiloStatus status, DateTime alive)
    {
        entry.Status = status;
        entry.IAmAliveTime = alive;
        entry.StartTime = alive.AddMinutes(-1);
        return entry;
    }

    private static async Task InsertAsync(IMembershipTable table, MembershipEntry entry)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (await table.InsertRow(entry, (await table.ReadAll()).Version.Next())) return;
        }

        throw new ShouldAssertException($"{entry} could not be inserted in 100 attempts");
    }

    private static async Task UpdateAsync(IMembershipTable table, MembershipEntry entry)
    {
        var read = await table.ReadAll();
        (await table.UpdateRow(entry, read.TryGet(entry.SiloAddress)!.Item2, read.Version.Next())).ShouldBeTrue();
    }

    private static async Task AssertUnchangedAsync(IMembershipTable table, MembershipTableData before)
    {
        var after = await table.ReadAll();
        after.Version.ShouldBe(before.Version);
        after.Members.Select(row => (row.Item1.ToFullString(), row.Item2)).Order()
            .ShouldBe(before.Members.Select(row => (row.Item1.ToFullString(), row.Item2)).Order());
    }

    private static void AssertSame(MembershipEntry actual, MembershipEntry expected)
    {
        actual.ToFullString().ShouldBe(expected.ToFullString());
        (actual.RoleName, actual.UpdateZone, actual.FaultZone, actual.ProxyPort)
            .ShouldBe((expected.RoleName, expected.UpdateZone, expected.FaultZone, expected.ProxyPort));
        (actual.StartTime.Kind, actual.IAmAliveTime.Kind).ShouldBe((DateTimeKind.Utc, DateTimeKind.Utc));
        (actual.SuspectTimes ?? []).ShouldBe(expected.SuspectTimes ?? []);
    }

    private async Task<IMembershipTable> NewTableAsync(string clusterId = "one")
    {
        var table = await OpenAsync(clusterId);
        await table.InitializeMembershipTable(true);
        return table;
    }
}
