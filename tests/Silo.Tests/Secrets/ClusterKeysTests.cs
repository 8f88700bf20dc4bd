using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using Warren.Grains.Objects;
using Warren.Silo.Secrets;
using Warren.Silo.Stores;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Secrets;

/// <summary>Managers with key files of their own on one store.</summary>
public sealed class ClusterKeysTests : IAsyncLifetime
{
    private static readonly byte[] s_value = "a value"u8.ToArray();

    private readonly TempFolder _folder = TempFolder.Create("keys");
    private readonly List<ClusterKeys> _all = [];
    private WarrenStore _store = null!;

    public Task InitializeAsync()
    {
        var options = new StoreOptions().UseSqlite(_folder.File("store.db"));
        _store = new(StoreEngine.Create(options), options, new("service", "one", null), TimeProvider.System, NullLogger.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var keys in _all) keys.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Sync_ManagersAtOnceOnANewStore_OpenWhatTheOtherSealed()
    {
        var first = Manager("m1");
        File.Copy(PathOf("m1"), PathOf("m2"));
        var second = Manager("m2");
        (await first.TryUnlockAsync(default)).ShouldBeFalse();
        Should.Throw<OrleansException>(() => first.Seal(ISecretSealer.SecretKind, "key", 1, s_value));
        await Task.WhenAll(Task.Run(() => first.SyncAsync(default)), Task.Run(() => second.SyncAsync(default)));
        second.Open(ISecretSealer.SecretKind, "key", 1, first.Seal(ISecretSealer.SecretKind, "key", 1, s_value)).ShouldBe(s_value);
        (await first.GetAsync(default)).Holders.Keys.ShouldBe(["m1", "m2"]);
    }

    [Fact]
    public async Task Rotate_ManagerAwayAndTheOtherStartedAgain_BothOpenTheSameValuesAndTheOldKeyEndsWithTheLast()
    {
        var first = Manager("m1");
        await first.SyncAsync(default);
        File.Copy(PathOf("m1"), PathOf("m2"));
        File.Copy(PathOf("m1"), PathOf("stolen"));
        await Manager("m2").SyncAsync(default);
        var stored = first.Seal(ISecretSealer.SecretKind, "key", 1, s_value);
        var before = (await first.GetAsync(default)).Current;

        var ring = await first.RotateAsync(default);
        (ring.IsRotating(), ring.Current == before).ShouldBe((true, false));
        KeyRing.IdOf(new KeyFile(PathOf("m1")).Load(mayMake: false)).ShouldBe(ring.Current);
        await Should.ThrowAsync<ConflictException>(() => first.RotateAsync(default));

        var again = Manager("m1");
        (await again.TryUnlockAsync(default)).ShouldBeTrue();
        again.Open(ISecretSealer.SecretKind, "key", 1, stored).ShouldBe(s_value);

        var late = Manager("m2");
        (await late.SyncAsync(default)).IsRotating().ShouldBeFalse();
        late.Open(ISecretSealer.SecretKind, "key", 1, stored).ShouldBe(s_value);
        TextOf("m2").ShouldBe(TextOf("m1"));
        (await Should.ThrowAsync<IOException>(() => Manager("stolen").TryUnlockAsync(default))).Message
            .ShouldStartWith($"the key file has the key {before}, and the store of cluster c is locked by {ring.Current}: ");
    }

    [Fact]
    public async Task Rotate_KeyFileCannotBeWritten_KeepsTheOldKeyAndGoesOnWhenItCan()
    {
        var first = Manager("m1");
        await first.SyncAsync(default);
        var before = TextOf("m1");

        // What a crash seems to have left is a folder that is not empty, so that writing fails as on a full disk.
        var draft = Directory.CreateDirectory(PathOf("m1") + ".new");
        Directory.CreateDirectory(Path.Combine(draft.FullName, "x"));
        draft.LastWriteTimeUtc = DateTime.UnixEpoch;
        await Should.ThrowAsync<Exception>(() => first.RotateAsync(default));
        TextOf("m1").ShouldBe(before);
        (await Manager("m1").TryUnlockAsync(default)).ShouldBeTrue();

        draft.Delete(recursive: true);
        (await first.SyncAsync(default)).IsRotating().ShouldBeFalse();
        TextOf("m1").ShouldNotBe(before);
    }

    [Fact]
    public async Task Rotate_OutcomeOfItsWriteIsNotKnown_IsOneRotationAndNotRefused()
    {
        var states = new AnswerLost(_store.States);
        var first = Manager("m1", states);
        var before = (await first.SyncAsync(default)).Current;

        states.IsNext = true;
        var ring = await first.RotateAsync(default);

        (states.IsNext, ring.IsRotating(), ring.Current == before).ShouldBe((false, false, false));
        KeyRing.IdOf(new KeyFile(PathOf("m1")).Load(mayMake: false)).ShouldBe(ring.Current);
    }

    [Fact]
    public async Task HandOut_DuringARotation_GivesTheNewKeyAndCountsWhoGotIt()
    {
        var first = Manager("m1");
        await first.SyncAsync(default);
        File.Copy(PathOf("m1"), PathOf("m2"));
        var second = Manager("m2");
        await second.SyncAsync(default);
        await first.RotateAsync(default);
        var given = await second.HandOutAsync("m3", default);
        var ring = await first.GetAsync(default);
        (KeyRing.IdOf(given), ring.IsRotating()).ShouldBe((ring.Current, false));
        ring.Holders.Keys.ShouldBe(["m1", "m2", "m3"]);
    }

    [Fact]
    public async Task Retire_ManagerAway_ItStartsNoLonger()
    {
        var first = Manager("m1");
        await first.SyncAsync(default);
        File.Copy(PathOf("m1"), PathOf("m2"));
        await Manager("m2").SyncAsync(default);
        await first.RotateAsync(default);
        (await first.RetireAsync(default)).Holders.Keys.ShouldBe(["m1"]);
        await Should.ThrowAsync<IOException>(() => Manager("m2").SyncAsync(default));
    }

    private string TextOf(string name) => File.ReadAllText(PathOf(name));

    private string PathOf(string name) => _folder.File(name + ".key");

    private ClusterKeys Manager(string name, IGrainStorage? states = null)
    {
        var file = new KeyFile(PathOf(name));
        var keys = new ClusterKeys(file, file.Load(mayMake: true), "c", name, name, states ?? _store.States, TimeProvider.System, NullLogger<ClusterKeys>.Instance);
        _all.Add(keys);
        return keys;
    }

    /// <summary>Makes a write of which nobody learns.</summary>
    private sealed class AnswerLost(IGrainStorage states) : IGrainStorage
    {
        /// <summary>Whether the next write is it.</summary>
        public bool IsNext { get; set; }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => states.ReadStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            await states.WriteStateAsync(stateName, grainId, grainState);
            if (!IsNext) return;
            IsNext = false;
            throw new StoreOutcomeUnknownException("the connection broke");
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => states.ClearStateAsync(stateName, grainId, grainState);
    }
}
