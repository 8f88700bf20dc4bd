using System.Globalization;
using System.Security.Cryptography;
using Orleans.Storage;
using Warren.Conformance.Storage;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

/// <summary>Writes that share a transaction.</summary>
[Collection(StoreCollection.Name)]
public sealed class GroupCommitTests(SharedPostgres postgres) : IAsyncLifetime
{
    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    [Theory, BothStores]
    public async Task Write_ManyAtOnce_ShareTransactions(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);
        using var batches = new BatchSizes(store);

        Task[] writes;
        await using (await DatabaseLock.TakeAsync(options))
            writes = [.. Enumerable.Range(0, 200).Select(i => store.WriteNewAsync("key-" + i, i))];

        await Task.WhenAll(writes);
        batches.Rows.Sum().ShouldBe(200);
        batches.Rows.Count.ShouldBeInRange(1, 2);
    }

    [Theory, BothStores]
    public async Task Write_OfTheAuditLog_WaitsAMomentForOthers(StoreKind kind)
    {
        var time = new HeldTimers();
        var store = _source.Open(await OptionsAsync(kind), time: time);
        await store.WriteNewAsync("first", 0);
        using var batches = new BatchSizes(store);

        var shared = NoteAsync("chunk-1");
        await time.NextAsync();
        await store.WriteNewAsync("second", 1);
        await shared;
        batches.Rows.ShouldBe([2]);

        var alone = NoteAsync("chunk-2");
        var timer = await time.NextAsync();
        timer.After.ShouldBe(TimeSpan.FromMilliseconds(3));
        alone.IsCompleted.ShouldBeFalse();
        timer.Fire();
        await alone;
        batches.Rows.ShouldBe([2, 1]);

        Task NoteAsync(string chunk) => store.States.WriteStateAsync(chunk, GrainId.Create("audit", "log"), new GrainState<CountState>(new()));
    }

    [Theory, BothStores]
    public async Task Write_MoreThanABatch_AreSplitByRowsAndByCharacters(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        options.MaxBatchRows = 10;
        options.MaxBatchCharacters = 1000;
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);
        using var batches = new BatchSizes(store);

        Task[] writes;
        await using (await DatabaseLock.TakeAsync(options))
        {
            writes =
            [
                .. Enumerable.Range(0, 25).Select(i => store.WriteNewAsync("key-" + i, i)),
                .. Enumerable.Range(0, 5).Select(i => store.WriteNewAsync("big-" + i, i, new string('x', 600))),
            ];
        }

        await Task.WhenAll(writes);
        batches.Rows.Sum().ShouldBe(30);
        batches.Rows.Max().ShouldBe(10);
        batches.Rows.TakeLast(4).ShouldBe([1, 1, 1, 1]);
    }

    /// <summary>Versions count up with each row that is written.</summary>
    [Theory, BothStores]
    public async Task Write_ManyOfOneType_DoNotHoldUpAnother(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        options.MaxBatchRows = 10;
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);
        var other = new GrainState<CountState>(new CountState { Count = 1 });

        Task<GrainState<CountState>>[] many;
        Task last;
        await using (await DatabaseLock.TakeAsync(options))
        {
            many = [.. Enumerable.Range(0, 100).Select(i => store.WriteNewAsync("key-" + i, i))];
            last = store.States.WriteStateAsync("state", GrainId.Create("other", "key"), other);
        }

        await last;
        var versions = (await Task.WhenAll(many)).Select(state => VersionOf(state)).ToArray();
        versions.Count(version => version < VersionOf(other)).ShouldBeLessThan(30);
    }

    [Theory, BothStores]
    public async Task Write_OneRowTwiceInTheQueue_KeepsTheOrder(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        var store = _source.Open(options);
        var one = await store.WriteNewAsync("key", 0);
        var two = await store.ReadAsync("key");

        Task first, second;
        await using (await DatabaseLock.TakeAsync(options))
        {
            first = store.WriteAsync("key", one, 1);
            second = store.WriteAsync("key", two, 2);
        }

        await first;
        (await Should.ThrowAsync<InconsistentStateException>(() => second)).StoredEtag.ShouldBe(one.ETag);
        (await store.ReadAsync("key")).State!.Count.ShouldBe(1);
    }

    [Theory, BothStores]
    public async Task Upsert_OneReminderOftenInTheQueue_LeavesTheLast(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);

        Task<string?>[] writes;
        await using (await DatabaseLock.TakeAsync(options))
        {
            writes = [.. Enumerable.Range(1, 5).Select(i => store.Reminders.UpsertRow(new ReminderEntry
            {
                GrainId = Counters.Id("key"),
                ReminderName = "again",
                Period = TimeSpan.FromMinutes(i),
            }))];
        }

        var etags = await Task.WhenAll(writes);
        var read = (await store.Reminders.ReadRow(Counters.Id("key"), "again")).ShouldNotBeNull();
        (read.Period, read.ETag).ShouldBe((TimeSpan.FromMinutes(5), etags[4]));
    }

    [Theory, BothStores]
    public async Task Write_ConflictsInsertsUpdatesAndRemovals_EachHaveTheirOwnResult(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        var store = _source.Open(options);
        var states = await Task.WhenAll(Enumerable.Range(0, 90).Select(i => store.WriteNewAsync("key-" + i, 0)));
        // Every third was changed by somebody else.
        for (var i = 0; i < states.Length; i += 3)
            await store.WriteAsync("key-" + i, await store.ReadAsync("key-" + i), 7);
        Func<int, Task>[] kinds =
        [
            i => store.WriteAsync("key-" + i, states[i], 1),
            i => store.States.ClearStateAsync("state", Counters.Id("key-" + i), states[i]),
            i => store.WriteNewAsync((i % 3 == 0 ? "key-" : "new-") + i, 3),
        ];

        Task<bool>[] writes;
        await using (await DatabaseLock.TakeAsync(options))
            writes = [.. Enumerable.Range(0, 90).Select(i => AppliedAsync(kinds[i / 30](i)))];

        (await Task.WhenAll(writes)).ShouldBe(Enumerable.Range(0, 90).Select(i => i % 3 != 0));
        for (var i = 0; i < 90; i++)
        {
            var read = await store.ReadAsync("key-" + i);
            (read.RecordExists, read.State!.Count).ShouldBe((i % 3, i / 30) switch
            {
                (0, _) => (true, 7),
                (_, 0) => (true, 1),
                (_, 1) => (false, 0),
                _ => (true, 0),
            });
        }
    }

    [Fact]
    public async Task Write_RowThatTheDatabaseRefuses_FailsAlone()
    {
        // PostgreSQL limits the size of an index entry, and a random key does not compress.
        var options = await OptionsAsync(StoreKind.Postgres);
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);
        var bad = Convert.ToHexString(RandomNumberGenerator.GetBytes(8000));

        Task refused;
        Task<GrainState<CountState>>[] others;
        await using (await DatabaseLock.TakeAsync(options))
        {
            others = [.. Enumerable.Range(0, 10).Select(i => store.WriteNewAsync("before-" + i, i))];
            refused = store.WriteNewAsync(bad, 1);
            others = [.. others, .. Enumerable.Range(0, 10).Select(i => store.WriteNewAsync("after-" + i, i))];
        }

        await Task.WhenAll(others);
        var refusal = await Should.ThrowAsync<StoreException>(() => refused);
        refusal.Fault.ShouldBe(StoreFault.Rejected);
        refusal.Message.ShouldContain("refused a statement: 54000: index row");
        (await store.ReadAsync("after-9")).State!.Count.ShouldBe(9);
    }

    [Theory, BothStores]
    public async Task Write_CancelledInTheQueue_LeavesTheOthersAlone(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        options.MaxBatchRows = 1;
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);
        using var cancel = new CancellationTokenSource();

        Task before, cancelled, after;
        await using (await DatabaseLock.TakeAsync(options))
        {
            before = store.WriteNewAsync("before", 1);
            cancelled = store.WriteAsync("cancelled", new GrainState<CountState>(), 2, cancellationToken: cancel.Token);
            after = store.WriteNewAsync("after", 3);
            await cancel.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        }

        await Task.WhenAll(before, after);
        (await store.ReadAsync("before")).State!.Count.ShouldBe(1);
        (await store.ReadAsync("cancelled")).RecordExists.ShouldBeFalse();
        (await store.ReadAsync("after")).State!.Count.ShouldBe(3);
    }

    [Theory, BothStores]
    public async Task Write_FullQueue_WaitsAndTheNextIsRefused(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        options.QueueCapacity = 2;
        options.MaxPending = 6;
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);

        Task[] accepted;
        await using (await DatabaseLock.TakeAsync(options))
        {
            accepted = [.. Enumerable.Range(0, 6).Select(i => store.WriteNewAsync("key-" + i, i))];
            var refusal = await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteNewAsync("one too many", 0));
            refusal.Fault.ShouldBe(StoreFault.Overloaded);
            refusal.Message.ShouldContain("is overloaded: 6 calls wait already. Nothing was written.");
            accepted.ShouldAllBe(write => !write.IsCompleted);
        }

        await Task.WhenAll(accepted);
        await store.WriteNewAsync("key-6", 6);
        (await store.ReadAsync("one too many")).RecordExists.ShouldBeFalse();
    }

    [Theory, BothStores]
    public async Task Dispose_QueuedWrites_AreWrittenAndLaterOnesRefused(StoreKind kind)
    {
        var options = await OptionsAsync(kind);
        var store = _source.Open(options);
        await store.WriteNewAsync("first", 0);
        var other = _source.Open(options);

        var queued = Enumerable.Range(0, 50).Select(i => store.WriteNewAsync("key-" + i, i)).ToArray();
        await store.DisposeAsync();

        await Task.WhenAll(queued);
        (await other.ReadAsync("key-49")).State!.Count.ShouldBe(49);
        var refusal = await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteNewAsync("late", 0));
        refusal.Fault.ShouldBe(StoreFault.Closed);
        (await Should.ThrowAsync<StoreUnavailableException>(() => store.ReadAsync("first"))).Fault.ShouldBe(StoreFault.Closed);
        (await Should.ThrowAsync<StoreUnavailableException>(() => store.Members.ReadAll())).Fault.ShouldBe(StoreFault.Closed);
    }

    /// <summary>Of a store that waits for a lock as long as a test may hold it.</summary>
    private async Task<StoreOptions> OptionsAsync(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        options.LockTimeout = options.CommandTimeout = TimeSpan.FromMinutes(1);
        return options;
    }

    private static async Task<bool> AppliedAsync(Task write)
    {
        try
        {
            await write;
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    private static long VersionOf(GrainState<CountState> state) => long.Parse(state.ETag!, CultureInfo.InvariantCulture);
}
