using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images.Formats;

namespace Warren.Images.Registry;

/// <summary>One image at its registry and the mirrors, for the time of one pull.</summary>
internal sealed class RegistrySource(
    ImageReference reference, string failed, ImmutableArray<RegistrySession> sessions, Retrier retrier, RegistryOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<RegistrySession> _failedMirrors = [];

    /// <summary>Gets a manifest or index.</summary>
    /// <param name="tagOrDigest">What to ask for.</param>
    /// <param name="expected">What points to it, when something does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<FetchedManifest> GetManifestAsync(string tagOrDigest, Descriptor? expected, CancellationToken cancellationToken) =>
        FromAnyAsync(
            (session, token) => retrier.RunAsync(
                inner => ManifestRequests.GetAsync(session, tagOrDigest, expected, options, time, inner), () => 0, 1, token),
            cancellationToken);

    /// <summary>What a tag stands for now, without getting it; null if the registry does not say.</summary>
    public Task<string?> ResolveAsync(string tag, CancellationToken cancellationToken) =>
        FromAnyAsync(
            (session, token) => retrier.RunAsync(inner => ManifestRequests.ResolveAsync(session, tag, options, time, inner), () => 0, 1, token),
            cancellationToken);

    /// <summary>Gets a blob, taking up what the sink has of it, and commits it.</summary>
    public Task DownloadAsync(Descriptor blob, IBlobSink sink, CancellationToken cancellationToken) =>
        FromAnyAsync(
            async (session, token) =>
            {
                await BlobDownload.RunAsync(session, blob, sink, retrier, options, time, token);
                return true;
            },
            cancellationToken);

    // The mirrors in order, then the registry, whose failure is the one that counts. A mirror that could not be reached is left out for the rest of
    // the pull: waiting for it again before each layer helps nobody.
    private async Task<T> FromAnyAsync<T>(Func<RegistrySession, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var mirrorProblems = new List<string>();
        foreach (var session in sessions)
        {
            lock (_gate)
            {
                if (_failedMirrors.Contains(session)) continue;
            }
            try
            {
                return await attempt(session, cancellationToken);
            }
            catch (RegistryFailure failure)
            {
                if (!session.Endpoint.IsMirror) throw Failed(failure.Fault, failure.Message, mirrorProblems, failure);
                mirrorProblems.Add(failure.Message);
                if (failure.Fault is ImageFault.NotFound) continue;
                lock (_gate)
                    _failedMirrors.Add(session);
            }
            catch (ImageException e) when (e.Fault is ImageFault.DigestMismatch or ImageFault.Malformed)
            {
                if (!session.Endpoint.IsMirror) throw Failed(e.Fault, e.Message, mirrorProblems, e);
                mirrorProblems.Add(e.Message);
                lock (_gate)
                    _failedMirrors.Add(session);
            }
        }
        throw new InvalidOperationException("The registry itself is always the last to be asked.");
    }

    private ImageException Failed(ImageFault fault, string message, List<string> mirrorProblems, Exception inner)
    {
        var mirrors = mirrorProblems.Count == 0 ? "" : $" Mirrors: {string.Join("; ", mirrorProblems)}.";
        return new(fault, $"{reference} {failed}: {message.TrimEnd('.')}.{mirrors}", inner);
    }
}
