using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Hosting.Identities;
using Warren.Nodes;
using Warren.Security;
using Warren.Silo.Clusters;
using Warren.Silo.Secrets;
using Warren.Silo.Stores;
using Warren.Silo.Tests.Stores;
using StoreKind = Warren.Silo.Tests.Stores.StoreKind;

namespace Warren.Silo.Tests.Clusters;

/// <summary>Two managers whose certificates have ended, on one store, without their silos.</summary>
[Collection(StoreCollection.Name)]
public sealed class ManagerReturnTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly GrainId s_row = GrainId.Create("cluster", IClusterGrain.Key);

    private readonly StoreSource _source = new(postgres);
    private readonly List<ClusterKeys> _keys = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var keys in _keys) keys.Dispose();
        await _source.DisposeAsync();
    }

    [Theory]
    [BothStores]
    public async Task Run_BothAtOnce_EachHasACertificateThatTheStoreKnowsOf(StoreKind kind)
    {
        var (first, second) = await MakeAsync(kind);
        var plans = await Task.WhenAll(Task.Run(() => ReturnOf(first).RunAsync(default)), Task.Run(() => ReturnOf(second).RunAsync(default)));
        plans.ShouldAllBe(plan => plan.Refusal == null);
        var state = await ReadAsync(first.Store);
        foreach (var manager in new[] { first, second })
        {
            var end = manager.Folder.Life().EndsAt;
            end.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddDays(89));
            state.Nodes[manager.Node].EndsAt.ShouldBe(end);
            manager.Folder.Issuer().ShouldBe(RotationBook.DigestOf(state.Cluster!.Authority));
        }
    }

    /// <summary>Whoever was first may have revoked it.</summary>
    [Theory]
    [BothStores]
    public async Task Run_TheStoreChangesMeanwhile_DecidesByWhatThereIs(StoreKind kind)
    {
        var (first, _) = await MakeAsync(kind);
        var before = await File.ReadAllTextAsync(first.Folder.Files.Certificate);
        var changing = new ChangedAtFirst(first.Store.States, async () =>
        {
            var stored = new GrainState<ClusterState>();
            await first.Store.States.ReadStateAsync("cluster", s_row, stored);
            stored.State = RevocationBook.Dismiss(stored.State!, first.Node, TimeProvider.System.GetUtcNow());
            await first.Store.States.WriteStateAsync("cluster", s_row, stored);
        });
        var plan = await ReturnOf(first, changing).RunAsync(default);
        (plan.IsFinal, changing.Attempts).ShouldBe((true, 1));
        (await File.ReadAllTextAsync(first.Folder.Files.Certificate)).ShouldBe(before);
    }

    [Theory]
    [BothStores]
    public async Task Run_AnotherManagerIsInTheTable_AsksForATokenUnlessThatIsItsOwnRow(StoreKind kind)
    {
        var (first, second) = await MakeAsync(kind);
        await first.Store.Members.InitializeMembershipTable(true);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var entry = new MembershipEntry { SiloAddress = SiloAddress.New(second.Endpoint, 1), SiloName = "m2", HostName = "h", Status = SiloStatus.Active, StartTime = now.AddDays(-1), IAmAliveTime = now };
        (await first.Store.Members.InsertRow(entry, new(1, (await first.Store.Members.ReadAll()).Version.VersionEtag))).ShouldBeTrue();

        var plan = await ReturnOf(first).RunAsync(default);
        plan.Refusal.ShouldNotBeNull().ShouldStartWith($"it gives itself none, since another manager can give it a token: m2 at {second.Endpoint}, which was there at ");
        (await ReturnOf(second).RunAsync(default)).Refusal.ShouldBeNull();
    }

    [Theory]
    [BothStores]
    public async Task Run_KeyFileIsAnothers_SaysSo(StoreKind kind)
    {
        var (first, _) = await MakeAsync(kind);
        var other = first with { FileKey = RandomNumberGenerator.GetBytes(KeyFile.KeySize) };
        (await Should.ThrowAsync<IOException>(() => ReturnOf(other).RunAsync(default))).Message.ShouldContain("bring the key file of a manager that runs");
    }

    private async Task<(Manager First, Manager Second)> MakeAsync(StoreKind kind)
    {
        var store = await _source.OpenAsync(kind);
        var (first, second) = (Make("m1", store, RandomNumberGenerator.GetBytes(KeyFile.KeySize)), Make("m2", await _source.OpenAsync(kind), []));
        second = second with { FileKey = first.FileKey };
        using var keys = KeysOf(first);
        await keys.SyncAsync(default);
        var now = TimeProvider.System.GetUtcNow().AddDays(-200);
        using var authority = CertificateAuthority.Create("c", now);
        var nodes = new ClusterState().Nodes;
        foreach (var manager in new[] { first, second })
        {
            var key = SigningRequests.KeyOf(manager.Folder.CreateSigningRequest());
            manager.Folder.Save(authority.Issue(key, CertificateSubject.Of("c", manager.Node, NodeRole.Manager), now), authority.Certificate);
            nodes = nodes.Add(manager.Node, new(NodeRole.Manager, SigningRequests.DigestOf(key), now, manager.Folder.Life().EndsAt));
        }

        var state = new ClusterState { Cluster = new() { Id = "c", Authority = authority.Certificate, CreatedAt = now }, SealedKey = Issuance.Seal(keys, 1, authority.ExportKey()), Nodes = nodes };
        await store.States.WriteStateAsync("cluster", s_row, new GrainState<ClusterState>(state));
        return (first, second);
    }

    private Manager Make(string name, WarrenStore store, byte[] fileKey)
    {
        Directory.CreateDirectory(Path.Combine(_source.Folder, name));
        var folder = new IdentityFolder(Path.Combine(_source.Folder, name));
        return new(folder, folder.EnsureNode('m'), store, new(IPAddress.Loopback, name == "m1" ? 11 : 12), fileKey);
    }

    private static ClusterKeys KeysOf(Manager manager) =>
        new(new KeyFile("unused"), manager.FileKey, "c", manager.Node.Value, "m", manager.Store.States, TimeProvider.System, NullLogger<ClusterKeys>.Instance);

    private ManagerReturn ReturnOf(Manager manager, IGrainStorage? states = null)
    {
        var keys = KeysOf(manager);
        _keys.Add(keys);
        return new(manager.Folder, keys, manager.Store.Members, states ?? manager.Store.States, manager.Store.ReadClockAsync, manager.Endpoint, TimeSpan.FromDays(90), TimeProvider.System);
    }

    private static async Task<ClusterState> ReadAsync(WarrenStore store)
    {
        var stored = new GrainState<ClusterState>();
        await store.States.ReadStateAsync("cluster", s_row, stored);
        return stored.State!;
    }

    private sealed record Manager(IdentityFolder Folder, NodeId Node, WarrenStore Store, IPEndPoint Endpoint, byte[] FileKey);

    /// <summary>Somebody else writes between the first read and the first write.</summary>
    private sealed class ChangedAtFirst(IGrainStorage states, Func<Task> change) : IGrainStorage
    {
        public int Attempts { get; private set; }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => states.ReadStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (Attempts++ == 0) await change();
            await states.WriteStateAsync(stateName, grainId, grainState);
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => states.ClearStateAsync(stateName, grainId, grainState);
    }
}
