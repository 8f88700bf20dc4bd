using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Containerd.Api.LeasesV1;
using Warren.Images;

namespace Warren.Agent.Images.Containerd;

/// <summary>
/// Leases, which keep what a pull has brought from containerd's garbage collection until the image's record does. A lease outlives a broken pull by a time,
/// for the next one to take over.
/// </summary>
internal sealed partial class PullLeases(ContainerdConnection connection, string snapshotter, ImageOptions options, TimeProvider time, ILogger logger)
{
    private const string IdPrefix = "warren-pull-";
    private const string ImageLabel = "warren.pull";
    private const string ExpiryLabel = "containerd.io/gc.expire";

    private readonly Lock _gate = new();
    private readonly HashSet<string> _active = [];
    private long _last = time.GetUtcNow().UtcTicks;

    /// <summary>Makes a lease, and moves to it what earlier, broken pulls of the same image have left.</summary>
    public async Task<string> OpenAsync(string image, CancellationToken cancellationToken)
    {
        var id = IdPrefix + Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        lock (_gate)
            _active.Add(id);
        try
        {
            var expiry = (time.GetUtcNow() + options.KeepPartsFor).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var request = new CreateRequest { Id = id, Labels = { [ImageLabel] = image, [ExpiryLabel] = expiry } };
            await ImageErrors.CallAsync(connection.Leases.CreateAsync(request, connection.Short(cancellationToken)), "Making a lease", cancellationToken);
            foreach (var old in await ListAsync(cancellationToken))
            {
                if (IsLeft(old, image)) await TakeOverAsync(old.Id, id, cancellationToken);
            }
            return id;
        }
        catch
        {
            Leave(id);
            throw;
        }
    }

    /// <summary>Keeps a blob, there or to come.</summary>
    public Task AddBlobAsync(string lease, string digest, CancellationToken cancellationToken) =>
        AddAsync(lease, new() { Id = digest, Type = "content" }, cancellationToken);

    /// <summary>Keeps an unpacked layer, there or to come.</summary>
    public Task AddLayerAsync(string lease, string chainId, CancellationToken cancellationToken) =>
        AddAsync(lease, new() { Id = chainId, Type = "snapshots/" + snapshotter }, cancellationToken);

    /// <summary>Ends a lease. What nothing else keeps goes, before the return if <paramref name="clears"/>.</summary>
    public async Task CloseAsync(string lease, bool clears)
    {
        Leave(lease);
        try
        {
            await ImageErrors.FindAsync(
                connection.Leases.DeleteAsync(new() { Id = lease, Sync = clears }, connection.Long(CancellationToken.None)),
                $"Ending the lease {lease}",
                CancellationToken.None);
        }
        catch (ImageException e)
        {
            // It expires by itself; until then it only keeps things too long.
            LogNotEnded(e, lease);
        }
    }

    /// <summary>Leaves a lease for the next pull of the image, or for its expiry.</summary>
    public void Leave(string lease)
    {
        lock (_gate)
            _active.Remove(lease);
    }

    /// <summary>Ends what earlier, broken pulls of an image have left, for when no other pull of it takes it over.</summary>
    public async Task EndLeftAsync(string image, CancellationToken cancellationToken)
    {
        foreach (var lease in await ListAsync(cancellationToken))
        {
            if (IsLeft(lease, image)) await CloseAsync(lease.Id, clears: false);
        }
    }

    /// <summary>Ends the leases whose time has passed.</summary>
    /// <returns>How many.</returns>
    public async Task<int> EndExpiredAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var expired = (await ListAsync(cancellationToken)).Where(lease => !IsActive(lease.Id)
            && DateTimeOffset.TryParse(lease.Labels.GetValueOrDefault(ExpiryLabel), CultureInfo.InvariantCulture, out var expiry) && expiry < now).ToArray();
        foreach (var lease in expired) await CloseAsync(lease.Id, clears: true);
        return expired.Length;
    }

    private async Task TakeOverAsync(string old, string lease, CancellationToken cancellationToken)
    {
        var kept = await ImageErrors.FindAsync(
            connection.Leases.ListResourcesAsync(new() { Id = old }, connection.Short(cancellationToken)), $"Reading the lease {old}", cancellationToken);
        foreach (var resource in kept?.Resources ?? []) await AddAsync(lease, resource, cancellationToken);
        await ImageErrors.FindAsync<Empty>(
            connection.Leases.DeleteAsync(new() { Id = old }, connection.Short(cancellationToken)), $"Ending the lease {old}", cancellationToken);
        LogTakenOver(lease, old, kept?.Resources.Count ?? 0);
    }

    private Task AddAsync(string lease, Resource resource, CancellationToken cancellationToken) =>
        ImageErrors.CallAsync(
            connection.Leases.AddResourceAsync(new() { Id = lease, Resource = resource }, connection.Short(cancellationToken)),
            $"Keeping {resource.Type} {resource.Id}",
            cancellationToken);

    private async Task<IEnumerable<Lease>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await ImageErrors.CallAsync(connection.Leases.ListAsync(new(), connection.Short(cancellationToken)), "Listing the leases", cancellationToken);
        return answer.Leases.Where(lease => lease.Id.StartsWith(IdPrefix, StringComparison.Ordinal));
    }

    private bool IsLeft(Lease lease, string image) => lease.Labels.GetValueOrDefault(ImageLabel) == image && !IsActive(lease.Id);

    private bool IsActive(string lease)
    {
        lock (_gate)
            return _active.Contains(lease);
    }

    [LoggerMessage(LogLevel.Warning, "The lease {Lease} could not be ended; it ends by its expiry")]
    private partial void LogNotEnded(Exception exception, string lease);

    [LoggerMessage(LogLevel.Information, "The lease {Lease} takes over {Count} parts of {Old}, which a broken pull has left")]
    private partial void LogTakenOver(string lease, string old, int count);
}
