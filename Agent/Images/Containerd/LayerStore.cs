using System.Globalization;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd;
using Warren.Images;
using Warren.Images.Formats;
using Blob = Warren.Agent.Runtime.Containerd.Api.Types.Blob;

namespace Warren.Agent.Images.Containerd;

/// <summary>Unpacked layers: snapshots named by their chain ids.</summary>
internal sealed class LayerStore(ContainerdConnection connection, string snapshotter, ImageOptions options, TimeProvider time)
{
    private const string KeyPrefix = "warren-unpack-";

    private long _unpacks = time.GetUtcNow().UtcTicks;

    public string Snapshotter => snapshotter;

    public async Task<bool> HasAsync(string chainId, CancellationToken cancellationToken) =>
        await ImageErrors.FindAsync(
            connection.Snapshots.StatAsync(new() { Snapshotter = snapshotter, Key = chainId }, connection.Short(cancellationToken)),
            $"Looking for the layer {chainId}",
            cancellationToken) is not null;

    /// <summary>Unpacks a layer upon its parent and names it by its chain id.</summary>
    /// <param name="layer">The packed layer, which is there.</param>
    /// <param name="diffId">The digest that the config says its tar has.</param>
    /// <param name="parent">The chain id below, or empty.</param>
    /// <param name="chainId">The name.</param>
    /// <param name="lease">Keeps it until an image does.</param>
    /// <param name="cancellationToken">Gives up; what is half unpacked is removed.</param>
    public async Task UnpackAsync(Descriptor layer, string diffId, string parent, string chainId, string lease, CancellationToken cancellationToken)
    {
        var doing = $"Unpacking the layer {layer.Digest}";
        var key = string.Create(CultureInfo.InvariantCulture, $"{KeyPrefix}{Interlocked.Increment(ref _unpacks)}-{chainId}");
        try
        {
            // Not given up by the caller's token: containerd would go on with it, and make the snapshot after it was looked for to be removed.
            var mounts = await ImageErrors.CallAsync(
                connection.Snapshots.PrepareAsync(new() { Snapshotter = snapshotter, Key = key, Parent = parent }, Leased(lease, CancellationToken.None)),
                doing,
                CancellationToken.None);
            var unpacked = await ApplyAsync(layer, mounts.Mounts, doing, cancellationToken);
            if (unpacked != diffId)
            {
                throw new ImageException(
                    ImageFault.DigestMismatch, $"{doing} failed: its tar has the digest {unpacked}, and the image's config says {diffId}");
            }
            var isNew = await ImageErrors.MakeAsync(
                connection.Snapshots.CommitAsync(new() { Snapshotter = snapshotter, Name = chainId, Key = key }, Leased(lease, cancellationToken)),
                doing,
                cancellationToken);
            if (!isNew) await RemoveAsync(key);
        }
        catch
        {
            await RemoveAsync(key);
            throw;
        }
    }

    private async Task<string> ApplyAsync(
        Descriptor layer, IEnumerable<Runtime.Containerd.Api.Types.Mount> mounts, string doing, CancellationToken cancellationToken)
    {
        try
        {
            var blob = new Blob { MediaType = MediaTypes.ForUnpacking(layer.MediaType), Digest = layer.Digest, Size = layer.Size };
            var answer = await connection.Diff.ApplyAsync(
                new() { Diff = blob, Mounts = { mounts } }, connection.Within(options.DiskTimeout, cancellationToken));
            return answer.Applied.Digest;
        }
        catch (RpcException e)
        {
            throw ImageErrors.TranslateUnpack(e, doing, cancellationToken);
        }
    }

    // Also after a cancellation. When it fails, the lease's end clears it.
    private async Task RemoveAsync(string key)
    {
        try
        {
            await connection.Snapshots.RemoveAsync(new() { Snapshotter = snapshotter, Key = key }, connection.Long(CancellationToken.None));
        }
        catch (RpcException e) when (ContainerdErrors.IsNotFound(e) || ContainerdErrors.IsUnavailable(e) || ContainerdErrors.IsDiskFull(e))
        {
            // Gone, or out of reach: the failure that led here says so.
        }
    }

    private CallOptions Leased(string lease, CancellationToken cancellationToken) =>
        ContainerdConnection.Leased(connection.Long(cancellationToken), lease);
}
