using System.Net;
using Orleans.Storage;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

/// <summary>What a silo that was declared dead can still write: nothing.</summary>
[Collection(StoreCollection.Name)]
public sealed class FencingTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly SiloAddress s_victim = SiloAddress.New(IPAddress.Loopback, 2390, 1);
    private static readonly SiloAddress s_other = SiloAddress.New(IPAddress.Loopback, 2391, 1);

    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    [Theory, BothStores]
    public async Task Write_LivingMember_IsAccepted(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);

        await store.WriteNewAsync("key", 1);

        (await store.ReadAsync("key")).State!.Count.ShouldBe(1);
    }

    [Theory, BothStores]
    public async Task Write_AfterTheVote_IsRefusedForStatesAndReminders(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        var state = await store.WriteNewAsync("key", 1);
        var etag = state.ETag;

        await DeclareDeadAsync(await OpenAsync(kind, s_other), s_victim);

        var refusal = await Should.ThrowAsync<StoreFencedException>(() => store.WriteAsync("key", state, 2));
        refusal.Fault.ShouldBe(StoreFault.Fenced);
        refusal.Message.ShouldBe(
            $"The {store.Engine.Description} refuses this silo: the silo 127.0.0.1:2390@1 is not a living member of cluster 'one': it was "
            + "declared dead, or never joined. Nothing was written. The silo has to stop; a new one may start in its place.");
        await Should.ThrowAsync<StoreFencedException>(() => store.WriteNewAsync("new", 1));
        await Should.ThrowAsync<StoreFencedException>(() => store.States.ClearStateAsync("state", Counters.Id("key"), state));
        await Should.ThrowAsync<StoreFencedException>(() => store.Reminders.UpsertRow(
            new ReminderEntry { GrainId = Counters.Id("key"), ReminderName = "a", Period = TimeSpan.FromMinutes(1) }));
        var read = await store.ReadAsync("key");
        (read.State!.Count, read.ETag).ShouldBe((1, etag));
    }

    [Theory, BothStores]
    public async Task Write_OtherSilosAfterTheVote_AreAccepted(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        var other = await OpenAsync(kind, s_other);
        await JoinAsync(other, s_other);
        await store.WriteNewAsync("key", 1);
        await DeclareDeadAsync(other, s_victim);

        await other.WriteAsync("key", await other.ReadAsync("key"), 2);

        (await other.ReadAsync("key")).State!.Count.ShouldBe(2);
    }

    [Theory, BothStores]
    public async Task Write_VoteComesWhileWritesRun_NothingIsAcceptedAfterIt(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        var other = await OpenAsync(kind, s_other);
        using var started = new SemaphoreSlim(0);
        var writers = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var state = await store.WriteNewAsync("key-" + i, 0);
            started.Release();
            for (var count = 1; ; count++)
            {
                try
                {
                    await store.WriteAsync("key-" + i, state, count);
                }
                catch (StoreFencedException)
                {
                    return count - 1;
                }
            }
        })).ToArray();
        for (var i = 0; i < writers.Length; i++)
            await started.WaitAsync();

        await DeclareDeadAsync(other, s_victim);

        var atVote = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => (await other.ReadAsync("key-" + i)).State!.Count));
        (await Task.WhenAll(writers).WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe(atVote);
        (await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => (await other.ReadAsync("key-" + i)).State!.Count))).ShouldBe(atVote);
    }

    [Theory, BothStores]
    public async Task Write_DeadSiloThatNeverWroteBefore_IsRefused(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        await DeclareDeadAsync(await OpenAsync(kind, s_other), s_victim);

        await Should.ThrowAsync<StoreFencedException>(() => store.WriteNewAsync("key", 1));
    }

    [Theory, BothStores]
    public async Task Write_DeadSiloWhoseRowWasCleanedUp_IsStillRefused(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        var state = await store.WriteNewAsync("key", 1);
        var other = await OpenAsync(kind, s_other);
        await DeclareDeadAsync(other, s_victim);
        await other.Members.CleanupDefunctSiloEntries(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await other.Members.ReadAll()).Members.ShouldBeEmpty();

        await Should.ThrowAsync<StoreFencedException>(() => store.WriteAsync("key", state, 2));
    }

    [Theory, BothStores]
    public async Task Write_NoMember_IsRefusedUntilItJoins(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await store.Members.InitializeMembershipTable(true);

        await Should.ThrowAsync<StoreFencedException>(() => store.WriteNewAsync("key", 1));

        await JoinAsync(store, s_victim);
        await store.WriteNewAsync("key", 1);
    }

    [Theory, BothStores]
    public async Task Write_RefusedVote_FencesNobody(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        var state = await store.WriteNewAsync("key", 1);
        var read = await store.Members.ReadAll();
        var (entry, etag) = read.TryGet(s_victim)!;
        entry.Status = SiloStatus.Dead;
        await JoinAsync(store, s_other);

        (await store.Members.UpdateRow(entry, etag, read.Version.Next())).ShouldBeFalse();

        await store.WriteAsync("key", state, 2);
    }

    [Theory, BothStores]
    public async Task Write_WriterRowLostWithAFailedServer_RegistersAgain(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        var state = await store.WriteNewAsync("key", 1);
        var connection = await store.Engine.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync([new BoundStatement("DELETE FROM warren_writer")]);
        await connection.DisposeAsync();

        await store.WriteAsync("key", state, 2);

        (await store.ReadAsync("key")).State!.Count.ShouldBe(2);
    }

    [Theory, BothStores]
    public async Task Write_TwoActivations_StaleOneIsRefusedByItsEtag(StoreKind kind)
    {
        var store = await OpenAsync(kind, s_victim);
        await JoinAsync(store, s_victim);
        var other = await OpenAsync(kind, s_other);
        await JoinAsync(other, s_other);
        var stale = await store.WriteNewAsync("key", 1);
        await other.WriteAsync("key", await other.ReadAsync("key"), 2);

        await Should.ThrowAsync<InconsistentStateException>(() => store.WriteAsync("key", stale, 3));

        (await other.ReadAsync("key")).State!.Count.ShouldBe(2);
    }

    internal static async Task JoinAsync(WarrenStore store, SiloAddress silo)
    {
        await store.Members.InitializeMembershipTable(true);
        var read = await store.Members.ReadAll();
        var entry = new MembershipEntry { SiloAddress = silo, SiloName = "silo", HostName = "host", Status = SiloStatus.Active };
        (await store.Members.InsertRow(entry, read.Version.Next())).ShouldBeTrue();
    }

    internal static async Task DeclareDeadAsync(WarrenStore store, SiloAddress silo)
    {
        var read = await store.Members.ReadAll();
        var (entry, etag) = read.TryGet(silo)!;
        entry.Status = SiloStatus.Dead;
        (await store.Members.UpdateRow(entry, etag, read.Version.Next())).ShouldBeTrue();
    }

    private async Task<WarrenStore> OpenAsync(StoreKind kind, SiloAddress silo) =>
        _source.Open(await _source.OptionsAsync(kind), new StoreScope("service", "one", silo.ToParsableString));
}
