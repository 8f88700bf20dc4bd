using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;
using Warren.Hosting.Files;
using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>
/// The volumes of this node, with a record of each in its folder. The record says who uses it before anything is mounted, and that it is being
/// deleted before anything is deleted; so each step that a crash cuts short is finished by the next call, or by the sweep.
/// </summary>
public sealed partial class VolumeStore : IVolumeStore
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);
    private readonly VolumeLayout _layout;
    private readonly FrozenDictionary<string, IVolumeDriver> _drivers;
    private readonly ILogger<VolumeStore> _log;

    /// <summary>Opens the store; its folder is made with the first volume.</summary>
    /// <exception cref="ArgumentException">The folder is no absolute path, or two drivers have one name.</exception>
    public VolumeStore(VolumeStoreOptions options, IEnumerable<IVolumeDriver> drivers, ILogger<VolumeStore> log)
    {
        if (!Path.IsPathFullyQualified(options.Root)) throw new ArgumentException($"Root: must be an absolute path, was '{options.Root}'", nameof(options));
        if (options.MeasureLimit <= TimeSpan.Zero) throw new ArgumentException($"MeasureLimit: must be positive, was {options.MeasureLimit}", nameof(options));
        (_layout, _log) = (new VolumeLayout(options.Root), log);
        _drivers = drivers.ToFrozenDictionary(driver => driver.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public Task<string> AcquireAsync(VolumeSpec spec, ContainerId user, CancellationToken cancellationToken)
    {
        var driver = Validate(spec);
        return LockedAsync(spec.Name, "made", async () =>
        {
            var record = VolumeRecord.Read(_layout.RecordOf(spec.Name));
            if (record is { IsDeleting: true })
            {
                await FinishDeletingAsync(record, cancellationToken);
                record = null;
            }

            if (record?.DifferencesFrom(spec) is { Count: > 0 } differences)
            {
                throw new VolumeException(
                    VolumeFault.Conflict, $"there is a volume {spec.Name} with other settings: {string.Join("; ", differences)}. Delete it or take another name.");
            }

            record ??= VolumeRecord.Of(spec);
            if (!record.Users.Contains(user.Value)) (record with { Users = record.Users.Add(user.Value) }).Write(_layout.RecordOf(spec.Name));
            return await driver.MountAsync(record.Spec, cancellationToken);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string> BindSubpathAsync(string name, ContainerId user, string subpath, CancellationToken cancellationToken)
    {
        if (!VolumeLayout.IsName(name)) throw InvalidName(name);
        return LockedAsync(name, "made ready", () =>
        {
            if (VolumeRecord.Read(_layout.RecordOf(name))?.Users.Contains(user.Value) != true)
                throw new VolumeException(VolumeFault.Invalid, $"{user} does not use the volume {name}; it must acquire it first");
            return Task.FromResult(VolumeSubpaths.Bind(_layout, name, user, subpath));
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(ContainerId user, CancellationToken cancellationToken)
    {
        await ForEachAsync(record => record.Users.Contains(user.Value), record => LetGoAsync(record, [user.Value], cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<VolumeStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var records = Names().Select(name => VolumeRecord.Read(_layout.RecordOf(name))).OfType<VolumeRecord>().Where(record => !record.IsDeleting);
        var listed = ImmutableArray.CreateBuilder<VolumeStatus>();
        foreach (var record in records)
            listed.Add(new VolumeStatus(record.Spec, _layout.DataOf(record.Name), await MeasureAsync(record, cancellationToken), [.. record.Users]));
        return listed.ToImmutable();
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (!VolumeLayout.IsName(name)) throw InvalidName(name);
        return LockedAsync(name, "deleted", async () =>
        {
            if (VolumeRecord.Read(_layout.RecordOf(name)) is not { } record) return true;
            if (record.Users.Count > 0)
            {
                throw new VolumeException(
                    VolumeFault.InUse, $"the volume {name} is used by {string.Join(", ", record.Users)}; remove those containers first");
            }

            var deleting = record with { IsDeleting = true };
            if (!record.IsDeleting) deleting.Write(_layout.RecordOf(name));
            await FinishDeletingAsync(deleting, cancellationToken);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken)
    {
        var done = ImmutableArray.CreateBuilder<string>();
        var kept = keep.Select(id => id.Value).ToHashSet(StringComparer.Ordinal);
        await ForEachAsync(_ => true, async record =>
        {
            if (record.IsDeleting)
            {
                await FinishDeletingAsync(record, cancellationToken);
                done.Add($"volume {record.Name}, whose deletion was cut short");
                return;
            }

            // Also where nobody is left: a release that was cut short may have left it mounted.
            string[] gone = [.. record.Users.Except(kept)];
            if (gone.Length > 0 || record.Users.Count == 0) await LetGoAsync(record, gone, cancellationToken);
            done.AddRange(gone.Select(user => $"use of volume {record.Name} by {user}"));
        }, cancellationToken);
        return done.ToImmutable();
    }

    private IVolumeDriver Validate(VolumeSpec spec)
    {
        if (!VolumeLayout.IsName(spec.Name)) throw InvalidName(spec.Name);
        if (!_drivers.TryGetValue(spec.Driver, out var driver))
        {
            throw new VolumeException(
                VolumeFault.Invalid, $"the volume {spec.Name} is not valid: driver: must be one of {string.Join(", ", _drivers.Keys.Order(StringComparer.Ordinal))}, was '{spec.Driver}'");
        }

        var problems = driver.Validate(spec);
        return problems.Count == 0 ? driver : throw new VolumeException(VolumeFault.Invalid, $"the volume {spec.Name} is not valid: {string.Join("; ", problems)}");
    }

    private static VolumeException InvalidName(string name) => new(
        VolumeFault.Invalid, $"'{name}' is no name of a volume: 1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit");

    private IVolumeDriver DriverOf(VolumeRecord record) => _drivers.TryGetValue(record.Driver, out var driver)
        ? driver
        : throw new VolumeException(VolumeFault.Failed, $"the volume {record.Name} has the driver '{record.Driver}', which this node does not have");

    // The record last: while it names the user, a crash leads here again.
    private async Task LetGoAsync(VolumeRecord record, IReadOnlyCollection<string> users, CancellationToken cancellationToken)
    {
        foreach (var user in users) VolumeSubpaths.Unbind(_layout, record.Name, user);
        var after = record with { Users = record.Users.Except(users) };
        if (after.Users.Count == 0) await DriverOf(record).UnmountAsync(record.Spec, cancellationToken);
        if (users.Count > 0) after.Write(_layout.RecordOf(record.Name));
    }

    private async Task FinishDeletingAsync(VolumeRecord record, CancellationToken cancellationToken)
    {
        VolumeSubpaths.UnbindAll(_layout, record.Name);
        await DriverOf(record).DeleteAsync(record.Spec, cancellationToken);
        // The record goes last, with its folder: until then the deletion is found unfinished.
        DurableFile.DeleteDrafts(_layout.RecordOf(record.Name));
        File.Delete(_layout.RecordOf(record.Name));
        DurableFile.FlushFolder(_layout.FolderOf(record.Name));
        Directory.Delete(_layout.FolderOf(record.Name));
    }

    private async Task<VolumeUsage?> MeasureAsync(VolumeRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return await DriverOf(record).MeasureAsync(record.Spec, cancellationToken);
        }
        catch (VolumeException e)
        {
            LogNotMeasured(record.Name, e.Message);
            return null;
        }
    }

    // One volume that fails does not keep the others from being done; the first failure is told in the end.
    private async Task ForEachAsync(Func<VolumeRecord, bool> isWanted, Func<VolumeRecord, Task> action, CancellationToken cancellationToken)
    {
        VolumeException? first = null;
        foreach (var name in Names())
        {
            try
            {
                await LockedAsync(name, "let go of", async () =>
                {
                    if (VolumeRecord.Read(_layout.RecordOf(name)) is { } record && isWanted(record)) await action(record);
                    return true;
                }, cancellationToken);
            }
            catch (VolumeException e)
            {
                LogFailed(name, e);
                first ??= e;
            }
        }

        if (first is not null) throw new VolumeException(first.Fault, first.Message, first);
    }

    private IEnumerable<string> Names() => Directory.Exists(_layout.Root)
        ? Directory.GetDirectories(_layout.Root).Select(folder => Path.GetFileName(folder)).Where(VolumeLayout.IsName).Order(StringComparer.Ordinal)
        : [];

    private async Task<T> LockedAsync<T>(string name, string what, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await VolumeErrors.Translate(name, what, action);
        }
        finally
        {
            gate.Release();
        }
    }
}
