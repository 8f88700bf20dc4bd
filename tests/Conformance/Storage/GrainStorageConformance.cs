using Orleans.Storage;

namespace Warren.Conformance.Storage;

/// <summary>What every <see cref="IGrainStorage"/> does. Derive from it and say how to open a storage.</summary>
public abstract class GrainStorageConformance
{
    private static readonly GrainId s_grain = GrainId.Create("counter", "one");

    /// <summary>Opens the test's store. A second call gives another handle of the same store, as a second silo would have it.</summary>
    protected abstract Task<IGrainStorage> OpenAsync();

    [Fact]
    public async Task Read_NeverWritten_GivesANewStateWithoutEtag()
    {
        var state = new GrainState<CountState>(new CountState { Count = 9 }, "17") { RecordExists = true };

        await (await OpenAsync()).ReadStateAsync("state", s_grain, state);

        state.State.ShouldNotBeNull().Count.ShouldBe(0);
        state.ETag.ShouldBeNull();
        state.RecordExists.ShouldBeFalse();
    }

    [Fact]
    public async Task Write_First_IsReadByAnotherHandle()
    {
        var written = await WriteAsync(await OpenAsync(), 1, "first");

        var read = await ReadAsync(await OpenAsync());

        written.RecordExists.ShouldBeTrue();
        written.ETag.ShouldNotBeNullOrEmpty();
        (read.State!.Count, read.State.Text, read.ETag, read.RecordExists).ShouldBe((1, "first", written.ETag, true));
    }

    [Fact]
    public async Task Write_Again_ReplacesStateAndEtag()
    {
        var storage = await OpenAsync();
        var state = await WriteAsync(storage, 1);
        var first = state.ETag;
        state.State!.Count = 2;

        await storage.WriteStateAsync("state", s_grain, state);

        state.ETag.ShouldNotBe(first);
        var read = await ReadAsync(storage);
        (read.State!.Count, read.ETag).ShouldBe((2, state.ETag));
    }

    [Fact]
    public async Task Write_OldEtag_IsRefusedAndChangesNothing()
    {
        var storage = await OpenAsync();
        var stale = await WriteAsync(storage, 1);
        var other = await ReadAsync(await OpenAsync());
        other.State!.Count = 2;
        await (await OpenAsync()).WriteStateAsync("state", s_grain, other);
        var before = stale.ETag;
        stale.State!.Count = 3;

        var refusal = await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", s_grain, stale));

        (refusal.StoredEtag, refusal.CurrentEtag).ShouldBe((other.ETag, before));
        stale.ETag.ShouldBe(before);
        (await ReadAsync(storage)).State!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Write_NoEtagWhereThereIsARecord_IsRefused()
    {
        var storage = await OpenAsync();
        var first = await WriteAsync(storage, 1);

        var refusal = await Should.ThrowAsync<InconsistentStateException>(() => WriteAsync(storage, 2));

        (refusal.StoredEtag, refusal.CurrentEtag).ShouldBe((first.ETag, null));
        (await ReadAsync(storage)).State!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Write_ByManyWithOneEtag_LetsOneThrough()
    {
        var storage = await OpenAsync();
        await WriteAsync(storage, 0);
        var handles = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync()));
        var states = await Task.WhenAll(handles.Select(ReadAsync));

        var won = await Task.WhenAll(handles.Select(async (handle, i) =>
        {
            states[i].State!.Count = 100 + i;
            return await TryAsync(() => handle.WriteStateAsync("state", s_grain, states[i]));
        }));

        won.Count(isApplied => isApplied).ShouldBe(1);
        var winner = Array.IndexOf(won, true);
        var read = await ReadAsync(storage);
        (read.State!.Count, read.ETag).ShouldBe((100 + winner, states[winner].ETag));
    }

    [Fact]
    public async Task Write_ByManyWhoReadAgain_LosesNoIncrement()
    {
        var handles = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));

        await Task.WhenAll(handles.Select(async handle =>
        {
            for (var done = 0; done < 10;)
            {
                var state = await ReadAsync(handle);
                state.State!.Count++;
                if (await TryAsync(() => handle.WriteStateAsync("state", s_grain, state))) done++;
            }
        }));

        (await ReadAsync(handles[0])).State!.Count.ShouldBe(40);
    }

    [Fact]
    public async Task Write_ManyGrainsAtOnce_KeepsEach()
    {
        var storage = await OpenAsync();
        var grains = Enumerable.Range(0, 300).Select(i => GrainId.Create("counter", "grain-" + i)).ToArray();

        await Task.WhenAll(grains.Select((grain, i) => WriteAsync(storage, i, grain: grain)));

        var read = await Task.WhenAll(grains.Select(grain => ReadAsync(storage, grain)));
        read.Select(state => state.State!.Count).ShouldBe(Enumerable.Range(0, 300));
        read.Select(state => state.ETag).ShouldAllBe(etag => etag != null);
    }

    [Fact]
    public async Task Write_ConflictAmongOthers_FailsAlone()
    {
        var storage = await OpenAsync();
        var grains = Enumerable.Range(0, 40).Select(i => GrainId.Create("counter", "grain-" + i)).ToArray();
        var states = await Task.WhenAll(grains.Select(grain => WriteAsync(storage, 0, grain: grain)));
        var overtaken = await ReadAsync(storage, grains[17]);
        await storage.WriteStateAsync("state", grains[17], overtaken);

        var applied = await Task.WhenAll(grains.Select((grain, i) =>
        {
            states[i].State!.Count = 1;
            return TryAsync(() => storage.WriteStateAsync("state", grain, states[i]));
        }));

        applied.Select((isApplied, i) => (isApplied, i)).Where(result => !result.isApplied).Select(result => result.i).ShouldBe([17]);
        var read = await Task.WhenAll(grains.Select(grain => ReadAsync(storage, grain)));
        read.Select(state => state.State!.Count).ShouldBe(Enumerable.Range(0, 40).Select(i => i == 17 ? 0 : 1));
    }

    [Fact]
    public async Task Clear_LastEtag_RemovesTheRecord()
    {
        var storage = await OpenAsync();
        var state = await WriteAsync(storage, 5);

        await storage.ClearStateAsync("state", s_grain, state);

        (state.State!.Count, state.RecordExists).ShouldBe((0, false));
        (await ReadAsync(await OpenAsync())).RecordExists.ShouldBeFalse();
    }

    [Fact]
    public async Task Clear_OldEtag_IsRefusedAndChangesNothing()
    {
        var storage = await OpenAsync();
        var stale = await WriteAsync(storage, 1);
        var other = await ReadAsync(storage);
        other.State!.Count = 2;
        await storage.WriteStateAsync("state", s_grain, other);

        await Should.ThrowAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", s_grain, stale));

        (await ReadAsync(storage)).State!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Clear_NeverWritten_DoesNothing()
    {
        var storage = await OpenAsync();
        var state = new GrainState<CountState>(new CountState { Count = 3 });

        await storage.ClearStateAsync("state", s_grain, state);

        (state.State!.Count, state.RecordExists).ShouldBe((0, false));
    }

    [Fact]
    public async Task Write_AfterClear_MakesTheRecordAgain()
    {
        var storage = await OpenAsync();
        var state = await WriteAsync(storage, 1);
        await storage.ClearStateAsync("state", s_grain, state);
        state.State = new CountState { Count = 2 };

        await storage.WriteStateAsync("state", s_grain, state);

        (await ReadAsync(storage)).State!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Write_EtagOfARemovedRecord_IsRefusedByTheNextOne()
    {
        var storage = await OpenAsync();
        var stale = await WriteAsync(storage, 1);
        var other = await ReadAsync(storage);
        await storage.ClearStateAsync("state", s_grain, other);
        await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", s_grain, stale));
        await storage.WriteStateAsync("state", s_grain, other);

        await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", s_grain, stale));
    }

    [Fact]
    public async Task Records_OfOtherNamesTypesAndKeys_AreSeparate()
    {
        var storage = await OpenAsync();
        (string State, GrainId Grain)[] names =
        [
            ("state", GrainId.Create("counter", "one")),
            ("State", GrainId.Create("counter", "one")),
            ("other", GrainId.Create("counter", "one")),
            ("state", GrainId.Create("Counter", "one")),
            ("state", GrainId.Create("counter", "One")),
            ("state", GrainId.Create("counter", "one ")),
            ("state", GrainId.Create("counter", "")),
            ("state", GrainId.Create("counter", "a/b\\c'd\"e;f--g%h_i☃ö")),
            ("state", GrainId.Create("counter", new string('k', 900))),
        ];
        for (var i = 0; i < names.Length; i++)
            await WriteAsync(storage, i, grain: names[i].Grain, name: names[i].State);

        for (var i = 0; i < names.Length; i++)
            (await ReadAsync(storage, names[i].Grain, names[i].State)).State!.Count.ShouldBe(i);
    }

    [Fact]
    public async Task Write_UnusualAndLongText_ComesBackAsItWas()
    {
        var storage = await OpenAsync();
        var text = "\0\u0001\"\\\n\t'; DROP TABLE x; -- ö ☃ 😀 " + new string('x', 1_000_000);

        await WriteAsync(storage, 1, text);

        (await ReadAsync(storage)).State!.Text.ShouldBe(text);
    }

    private static async Task<GrainState<CountState>> WriteAsync(
        IGrainStorage storage, int count, string text = "", GrainId? grain = null, string name = "state")
    {
        var state = new GrainState<CountState>(new CountState { Count = count, Text = text });
        await storage.WriteStateAsync(name, grain ?? s_grain, state);
        return state;
    }

    private static Task<GrainState<CountState>> ReadAsync(IGrainStorage storage) => ReadAsync(storage, null);

    private static async Task<GrainState<CountState>> ReadAsync(IGrainStorage storage, GrainId? grain, string name = "state")
    {
        var state = new GrainState<CountState>();
        await storage.ReadStateAsync(name, grain ?? s_grain, state);
        return state;
    }

    private static async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
