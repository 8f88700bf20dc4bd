using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Warren.Grains.Objects;

namespace Warren.Silo.Secrets;

/// <summary>
/// This manager's keys: the one of its key file, and the data key that it opens in the store. All managers write the ring by comparing its version, so that
/// none undoes what another has done.
/// </summary>
/// <param name="file">The key file.</param>
/// <param name="fileKey">What it has.</param>
/// <param name="cluster">The cluster's id.</param>
/// <param name="node">This manager's node id.</param>
/// <param name="name">Its name.</param>
/// <param name="store">The store.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ClusterKeys(
    KeyFile file, byte[] fileKey, string cluster, string node, string name, IGrainStorage store, TimeProvider time, ILogger<ClusterKeys> logger) : ISecretSealer, IDisposable
{
    private const string StateName = "keys";

    private static readonly GrainId s_row = GrainId.Create("cluster-keys", "keys");

    private readonly SemaphoreSlim _turn = new(1);
    private byte[] _fileKey = fileKey;
    private byte[]? _dataKey;
    private AesSecretSealer? _sealer;

    /// <summary>Opens the data key that is in the store.</summary>
    /// <returns>False if there is none yet.</returns>
    /// <exception cref="IOException">The key file does not open it.</exception>
    public async Task<bool> TryUnlockAsync(CancellationToken cancellationToken)
    {
        if (_sealer is not null) return true;
        var ring = await GetAsync(cancellationToken);
        if (ring.Current.Length == 0) return false;
        Take(ring.Unwrap(_fileKey, cluster) ?? throw new IOException(
            $"the key file has the key {KeyRing.IdOf(_fileKey)}, and the store of cluster {cluster} is locked by {string.Join(" and ", ring.Wrapped.Select(key => key.Key))}: "
            + "bring the key file of a manager that runs, or, for a store that was restored, the key file of its time"));
        return true;
    }

    /// <summary>Opens the data key, which is made if there is none, and takes over the key that key files are to have. May be called any number of times.</summary>
    /// <exception cref="IOException">The key file does not open it, or cannot be written.</exception>
    public async Task<KeyRing> SyncAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!await TryUnlockAsync(cancellationToken)) await MakeAsync(cancellationToken);
            return await ChangeAsync(
                ring =>
                {
                    Follow(ring);
                    return ring.Confirm(node, name, KeyRing.IdOf(_fileKey));
                },
                cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Begins to change the key of the key files.</summary>
    /// <exception cref="ConflictException">The last change is not over.</exception>
    public async Task<KeyRing> RotateAsync(CancellationToken cancellationToken)
    {
        var next = RandomNumberGenerator.GetBytes(KeyFile.KeySize);

        // A write of which it was not known whether it happened may have.
        var ring = await ChangeAsync(now => now.Current == KeyRing.IdOf(next) ? now : now.Rotate(next, Open(), cluster, time.GetUtcNow()), cancellationToken);
        LogRotating(ring.Current);
        return await SyncAsync(cancellationToken);
    }

    /// <summary>Gives up what managers have that did not take the key over.</summary>
    public async Task<KeyRing> RetireAsync(CancellationToken cancellationToken)
    {
        await SyncAsync(cancellationToken);
        var ring = await ChangeAsync(now => now.Retire(), cancellationToken);
        LogRetired(ring.Current);
        return ring;
    }

    /// <summary>The key for a machine that joins as manager, which counts as having it from now on.</summary>
    public async Task<byte[]> HandOutAsync(string joining, CancellationToken cancellationToken)
    {
        await SyncAsync(cancellationToken);
        byte[] given = [];
        await ChangeAsync(
            ring =>
            {
                Follow(ring);
                given = _fileKey;
                return ring.Confirm(joining, ring.Holders.TryGetValue(joining, out var known) ? known.Name : joining, KeyRing.IdOf(given));
            },
            cancellationToken);
        return given;
    }

    /// <summary>As it is in the store.</summary>
    public async Task<KeyRing> GetAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).State ?? new();

    /// <inheritdoc/>
    public byte[] Seal(string kind, string name, long version, ReadOnlySpan<byte> value) => Sealer().Seal(kind, name, version, value);

    /// <inheritdoc/>
    public byte[] Open(string kind, string name, long version, ReadOnlySpan<byte> value) => Sealer().Open(kind, name, version, value);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // Only at the first start of a cluster, before anything can be stored that needs it.
    private AesSecretSealer Sealer() => _sealer ?? throw new OrleansException("this manager is still making the data key of the cluster; try again in a moment");

    private byte[] Open() => _dataKey ?? throw new OrleansException("this manager has not opened the data key of the cluster yet; try again in a moment");

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var made = RandomNumberGenerator.GetBytes(KeyFile.KeySize);
        await ChangeAsync(ring => ring.Current.Length > 0 ? ring : KeyRing.Create(_fileKey, made, cluster, time.GetUtcNow()), cancellationToken);

        // Another manager may have been first: what counts is what is there.
        await TryUnlockAsync(cancellationToken);
    }

    // The file first, then the word in the store that it has it: what opens the store by the old key is given up only after that.
    private void Follow(KeyRing ring)
    {
        if (ring.Current == KeyRing.IdOf(_fileKey)) return;

        // Managers may share a file.
        _fileKey = file.Load(mayMake: false);
        if (ring.Current == KeyRing.IdOf(_fileKey)) return;
        if (ring.NextKey(Open(), cluster) is not { } next)
            throw new IOException($"the key file has the key {KeyRing.IdOf(_fileKey)}, and the cluster's is {ring.Current}; bring the key file of another manager");
        file.Replace(next);
        _fileKey = next;
        LogTaken(ring.Current);
    }

    private void Take(byte[] dataKey) => (_dataKey, _sealer) = (dataKey, new(dataKey, cluster));

    private async Task<KeyRing> ChangeAsync(Func<KeyRing, KeyRing> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await ReadAsync(cancellationToken);
            var before = stored.State ?? new();
            var next = change(before);
            if (ReferenceEquals(next, before)) return next;
            stored.State = next;
            try
            {
                await store.WriteStateAsync(StateName, s_row, stored, cancellationToken);
                return next;
            }
            catch (InconsistentStateException)
            {
                // Another manager was first; look again at what it has made of it.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<GrainState<KeyRing>> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = new GrainState<KeyRing>();
        await store.ReadStateAsync(StateName, s_row, stored, cancellationToken);
        return stored;
    }
}
