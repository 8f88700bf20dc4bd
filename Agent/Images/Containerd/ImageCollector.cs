using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime.Containerd;
using Warren.Images;

namespace Warren.Agent.Images.Containerd;

/// <summary>Frees containerd's disk of images that nobody needs, and of what broken pulls have left.</summary>
internal sealed partial class ImageCollector(
    ContainerdConnection connection,
    ContainerdImages images,
    PullLeases leases,
    ContentStore content,
    ImageOptions options,
    Func<string, DiskUse> measure,
    TimeProvider time,
    ILogger logger)
{
    private const string ContentPlugin = "io.containerd.content.v1";

    public async Task<ImageCollection> CollectAsync(ImageCollectionPolicy policy, IReadOnlySet<string> keep, CancellationToken cancellationToken)
    {
        if (policy.FindProblems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(policy));
        await ClearAsync(cancellationToken);
        var root = await FindRootAsync(cancellationToken);
        var before = measure(root).Percent;
        if (before < policy.HighPercent) return new([], before, before, ReachedLowMark: true);

        var snapshot = new ImageCollectionSnapshot(await images.ListAsync(cancellationToken), keep, policy, before, time.GetUtcNow());
        var plan = ImageCollectionPlan.Compute(snapshot);
        LogPlan(before, plan.Remove.Length, plan.Kept.Count);
        var removed = ImmutableArray.CreateBuilder<string>();
        var percent = before;
        foreach (var name in plan.Remove)
        {
            if (percent <= policy.LowPercent) break;
            cancellationToken.ThrowIfCancellationRequested();
            if (!await TryRemoveAsync(name, snapshot)) continue;
            removed.Add(name);
            percent = measure(root).Percent;
        }
        var reached = percent <= policy.LowPercent;
        if (!reached) LogStillFull(percent, policy.LowPercent, string.Join(", ", plan.Kept.GroupBy(kept => kept.Value).Select(group => $"{group.Count()} {group.Key}")));
        return new(removed.ToImmutable(), before, percent, reached);
    }

    /// <summary>Ends leases whose time has passed and clears writes that nobody goes on with.</summary>
    private async Task ClearAsync(CancellationToken cancellationToken)
    {
        var expired = await leases.EndExpiredAsync(cancellationToken);
        var aborted = await content.AbortOldAsync(time.GetUtcNow() - options.KeepPartsFor, cancellationToken);
        if (expired + aborted > 0) LogCleared(expired, aborted);
    }

    // Since the list was made a container may have been made of it, or a pull may have brought it anew: both show in its record or its users.
    private async Task<bool> TryRemoveAsync(string name, ImageCollectionSnapshot snapshot)
    {
        var seen = snapshot.Images.First(use => use.Image.Name == name);
        try
        {
            if (!await images.RemoveUnchangedAsync(seen)) return false;
            LogRemoved(name, seen.Image.Digest, seen.LastUsed);
            return true;
        }
        catch (ImageException e) when (e.Fault == ImageFault.InUse)
        {
            LogMeanwhileUsed(name, e.Message);
            return false;
        }
    }

    private async Task<string> FindRootAsync(CancellationToken cancellationToken)
    {
        var answer = await ImageErrors.CallAsync(
            connection.Introspection.PluginsAsync(new() { Filters = { "type==" + ContentPlugin } }, connection.Short(cancellationToken)),
            "Asking for containerd's root folder",
            cancellationToken);
        return answer.Plugins.Select(plugin => plugin.Exports.TryGetValue("root", out var root) ? root : null).FirstOrDefault(root => root is not null)
            ?? throw new ImageException(ImageFault.RuntimeUnavailable, $"containerd does not tell the folder of its plugin {ContentPlugin}");
    }

    [LoggerMessage(LogLevel.Information, "The disk is {Percent} % full: {Removable} image names may go, {Kept} stay")]
    private partial void LogPlan(int percent, int removable, int kept);

    [LoggerMessage(LogLevel.Information, "Removed the image {Name} ({Digest}), last used {LastUsed:O}")]
    private partial void LogRemoved(string name, string digest, DateTimeOffset lastUsed);

    [LoggerMessage(LogLevel.Information, "Left the image {Name}: {Reason}")]
    private partial void LogMeanwhileUsed(string name, string reason);

    [LoggerMessage(LogLevel.Warning, "The disk is still {Percent} % full, above the low mark of {Low} %, and no more images may go ({Kept})")]
    private partial void LogStillFull(int percent, int low, string kept);

    [LoggerMessage(LogLevel.Information, "Cleared {Leases} expired leases and {Writes} old writes of broken pulls")]
    private partial void LogCleared(int leases, int writes);
}
