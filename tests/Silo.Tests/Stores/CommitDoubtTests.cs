using System.Text;
using Npgsql;
using Orleans.Storage;
using Warren.Silo.Stores;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Stores;

/// <summary>Connections that break while a transaction is being committed.</summary>
[Collection(StoreCollection.Name)]
public sealed class CommitDoubtTests(SharedPostgres postgres) : IAsyncLifetime
{
    private const string Marker = "the write whose answer is lost";

    private readonly StoreSource _source = new(postgres);
    private readonly CuttableLink _link = new(postgres.Server.Port);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _link.Restore();
        await _source.DisposeAsync();
        await _link.DisposeAsync();
    }

    [Fact]
    public async Task AnswerLost_ServerComesBack_EachWriteLearnsItsOutcome()
    {
        var (store, other) = await OpenAsync(BePatient);
        var changed = await store.WriteNewAsync("changed", 1);
        var removed = await store.WriteNewAsync("removed", 1);
        var overtaken = await store.WriteNewAsync("overtaken", 1);
        await other.WriteAsync("overtaken", await other.ReadAsync("overtaken"), 2);
        var reminder = new ReminderEntry { GrainId = Counters.Id("a"), ReminderName = "r", Period = TimeSpan.FromMinutes(1) };
        var oldEtag = (await store.Reminders.UpsertRow(reminder))!;
        var cut = _link.CutAnswerTo(Contains);

        Task[] writes;
        Task<string?> upsert;
        Task<bool> remove;
        Task conflict;
        await using (await DatabaseLock.TakeAsync(await _source.OptionsAsync(StoreKind.Postgres)))
        {
            // While the first transaction waits for the lock, the others gather for the second.
            var sent = _link.Passing(bytes => Contains(bytes, "the first"));
            var first = store.WriteNewAsync("first", 1, "the first");
            await sent;
            writes =
            [
                first,
                store.WriteAsync("changed", changed, 2, Marker),
                store.WriteNewAsync("new", 3),
                store.States.ClearStateAsync("state", Counters.Id("removed"), removed),
            ];
            conflict = store.WriteAsync("overtaken", overtaken, 3);
            remove = store.Reminders.RemoveRow(reminder.GrainId, "never there", oldEtag);
            upsert = store.Reminders.UpsertRow(reminder);
        }

        await cut;
        writes.Skip(1).ShouldAllBe(write => !write.IsCompleted);
        _link.Restore();

        await Task.WhenAll(writes);
        await Should.ThrowAsync<InconsistentStateException>(() => conflict);
        (await other.ReadAsync("changed")).ShouldSatisfyAllConditions(
            read => read.State!.Count.ShouldBe(2),
            read => read.ETag.ShouldBe(changed.ETag));
        (await other.ReadAsync("new")).State!.Count.ShouldBe(3);
        (await other.ReadAsync("removed")).RecordExists.ShouldBeFalse();
        (await other.ReadAsync("overtaken")).State!.Count.ShouldBe(2);
        (await other.Reminders.ReadRow(reminder.GrainId, "r"))!.ETag.ShouldBe(await upsert);
        await remove;
        await store.WriteAsync("changed", changed, 4);
    }

    [Fact]
    public async Task ConnectionBrokenBeforeTheCommit_IsWrittenOnceOnTheNextConnection()
    {
        var (store, other) = await OpenAsync();
        var state = await store.WriteNewAsync("key", 1);
        _link.TakeDown();
        _link.Restore();

        await store.WriteAsync("key", state, 2);

        (await other.ReadAsync("key")).ShouldSatisfyAllConditions(
            read => read.State!.Count.ShouldBe(2),
            read => read.ETag.ShouldBe(state.ETag));
    }

    [Fact]
    public async Task AnswerLost_ServerStaysAway_OutcomeIsReportedAsUnknown()
    {
        var (store, other) = await OpenAsync(options => options.OutcomeTimeout = TimeSpan.FromMilliseconds(200));
        var state = await store.WriteNewAsync("key", 1);
        var before = state.ETag;
        var cut = _link.CutAnswerTo(Contains);

        var failure = await Should.ThrowAsync<StoreOutcomeUnknownException>(() => store.WriteAsync("key", state, 2, Marker));

        await cut;
        failure.ShouldBeAssignableTo<InconsistentStateException>();
        failure.Message.ShouldStartWith(
            $"The {store.Engine.Description} may or may not have written state of counter/key: the connection broke during the commit (");
        failure.Message.ShouldEndWith(", and it could not be asked within 0.2 s. Read it again before writing it.");
        state.ETag.ShouldBe(before);
        (await other.ReadAsync("key")).State!.Count.ShouldBe(2);

        _link.Restore();
        var read = await store.ReadAsync("key");
        await store.WriteAsync("key", read, 3);
        (await other.ReadAsync("key")).State!.Count.ShouldBe(3);
    }

    [Fact]
    public async Task InDoubt_OtherCalls_FailAtOnce()
    {
        var (store, _) = await OpenAsync(BePatient);
        var state = await store.WriteNewAsync("key", 1);
        var cut = _link.CutAnswerTo(Contains);
        var inDoubt = store.WriteAsync("key", state, 2, Marker);
        await cut;

        var failure = await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteNewAsync("other", 1));

        failure.Fault.ShouldBe(StoreFault.Unreachable);
        inDoubt.IsCompleted.ShouldBeFalse();
        _link.Restore();
        await inDoubt;
    }

    [Fact]
    public async Task InDoubt_TransactionStillRuns_IsWaitedFor()
    {
        // The old connection's transaction waits for a row lock in the server while the client has lost the connection already.
        var (store, other) = await OpenAsync(BePatient);
        var state = await store.WriteNewAsync("key", 1);
        Task write;
        await using (await DatabaseLock.TakeAsync(await _source.OptionsAsync(StoreKind.Postgres)))
        {
            var sent = _link.Passing(Contains);
            write = store.WriteAsync("key", state, 2, Marker);
            await sent;
            _link.TakeDown();
            _link.Restore();
        }

        await write;
        (await other.ReadAsync("key")).ShouldSatisfyAllConditions(
            read => read.State!.Count.ShouldBe(2),
            read => read.ETag.ShouldBe(state.ETag));
    }

    [Fact]
    public async Task InDoubt_StoreIsClosed_SettlesFirst()
    {
        var (store, other) = await OpenAsync(BePatient);
        var state = await store.WriteNewAsync("key", 1);
        var cut = _link.CutAnswerTo(Contains);
        var write = store.WriteAsync("key", state, 2, Marker);
        await cut;
        var closing = store.DisposeAsync().AsTask();
        _link.Restore();

        await closing;
        await write;
        (await other.ReadAsync("key")).ETag.ShouldBe(state.ETag);
    }

    /// <summary>A store that waits as long as a test may take to go on.</summary>
    private static void BePatient(StoreOptions options) =>
        options.OutcomeTimeout = options.LockTimeout = options.CommandTimeout = TimeSpan.FromMinutes(1);

    private static bool Contains(ReadOnlyMemory<byte> bytes) => Contains(bytes, Marker);

    private static bool Contains(ReadOnlyMemory<byte> bytes, string text) => bytes.Span.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private async Task<(WarrenStore BehindTheLink, WarrenStore Direct)> OpenAsync(Action<StoreOptions>? change = null)
    {
        var direct = await _source.OptionsAsync(StoreKind.Postgres);
        var database = new NpgsqlConnectionStringBuilder(direct.PostgresConnectionString).Database!;
        var options = SchemaTests.Impatient(new StoreOptions().UsePostgres(PrivatePostgres.ConnectionString(database, _link.Port)));
        change?.Invoke(options);
        var other = _source.Open(direct);
        await other.ReadAsync("nothing");
        return (_source.Open(options), other);
    }
}
