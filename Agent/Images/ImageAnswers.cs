using System.Collections.Immutable;
using Warren.Agent.Questions;
using Warren.Containers;
using Warren.Images;
using Warren.Questions;

namespace Warren.Agent.Images;

/// <summary>Lists, gets, takes and removes images for callers that managers have. What a caller leaves goes no further, and makes the next one faster.</summary>
/// <param name="images">The images.</param>
/// <param name="wanted">The images that tasks need; null: that is not known.</param>
/// <param name="onChanged">Called when there are others than before.</param>
/// <param name="time">The clock.</param>
internal sealed class ImageAnswers(IImageStore images, Func<IReadOnlySet<string>?> wanted, Action onChanged, TimeProvider time)
{
    // The asker takes an agent that says nothing for longer for one that is gone.
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(5), s_look = TimeSpan.FromMilliseconds(200);

    // Of nothing but what is wanted, and what containers use, is it said whether it may go.
    private static readonly ImageCollectionPolicy s_everything = new() { HighPercent = 0, LowPercent = 0, MinAge = TimeSpan.Zero };

    /// <summary>Tells which there are.</summary>
    public async Task ListAsync(INodeAsker asker, CancellationToken cancellationToken)
    {
        var keep = wanted();
        var list = (await images.ListAsync(cancellationToken)).Select(use => Write(use, keep)).ToImmutableArray();
        await asker.TakeAsync(new() { IsEnd = true, Images = new() { Images = list } });
    }

    /// <summary>Gets one.</summary>
    public Task PullAsync(ImagePull pull, INodeAsker asker, CancellationToken cancellationToken)
    {
        var progress = new LatestStep();
        return FollowAsync(asker, progress, async token => [await images.PullAsync(ImageReferences.Parse(pull.Image), new() { Refresh = true }, progress, token)], cancellationToken);
    }

    /// <summary>Takes those of an archive.</summary>
    public async Task ImportAsync(ImageImport import, INodeSource source, INodeAsker asker, CancellationToken cancellationToken)
    {
        await using var archive = new SourceStream(source);
        var name = import.Name is null ? null : ImageReferences.Parse(import.Name);
        await FollowAsync(asker, new ReceivedStep(archive), token => images.ImportAsync(archive, name, token), cancellationToken);
    }

    /// <summary>Removes those that no task needs, or tells which they are.</summary>
    public async Task PruneAsync(ImagePrune prune, INodeAsker asker, CancellationToken cancellationToken)
    {
        var keep = wanted() ?? throw new ImageException(ImageFault.RuntimeUnavailable, "it is not known which tasks the node has, so that no image is removed; try again when it has heard of a manager");
        var uses = await images.ListAsync(cancellationToken);
        var plan = ImageCollectionPlan.Compute(new(uses, keep, s_everything, UsedPercent: 100, time.GetUtcNow()));
        var gone = ImmutableArray.CreateBuilder<NodeImage>();
        foreach (var name in plan.Remove)
        {
            var use = uses.First(one => one.Image.Name == name);
            if (prune.IsDryRun || await TryRemoveAsync(use, cancellationToken)) gone.Add(Write(use, keep));
        }

        if (!prune.IsDryRun && gone.Count > 0) onChanged();
        await asker.TakeAsync(new() { IsEnd = true, Images = new() { Images = gone.ToImmutable() } });
    }

    // A task may have come meanwhile that needs it, or a container been made of it. What another program named is not Warren's to remove.
    private async Task<bool> TryRemoveAsync(ImageUse use, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(use.Image.Name, out var reference, out _)) return false;
        if (wanted() is not { } keep || ImageCollectionPlan.IsWanted(use.Image, keep)) return false;
        try
        {
            await images.RemoveAsync(reference, cancellationToken);
            return true;
        }
        catch (ImageException failure) when (failure.Fault == ImageFault.InUse)
        {
            return false;
        }
    }

    private async Task FollowAsync(INodeAsker asker, IStep step, Func<CancellationToken, Task<ImmutableArray<Image>>> begin, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = begin(ending.Token);
        try
        {
            ImageStep? told = null;
            var toldAt = time.GetTimestamp();
            while (!work.IsCompleted)
            {
                var now = step.Now;
                if (now != told || time.GetElapsedTime(toldAt) >= s_keepAlive)
                {
                    if (!await asker.TakeAsync(new() { Step = now })) return;
                    (told, toldAt) = (now, time.GetTimestamp());
                }

                await Task.WhenAny(work, Task.Delay(s_look, time, ending.Token));
            }

            var done = await work;
            onChanged();
            await asker.TakeAsync(new()
            {
                IsEnd = true,
                Step = step.Now with { Kind = ImageStepKind.Done, Images = [.. done.Select(image => Write(new(image, time.GetUtcNow(), []), null))] },
            });
        }
        finally
        {
            // Nobody waits for it any more, if it still goes on.
            await ending.CancelAsync();
            await work.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static NodeImage Write(ImageUse use, IReadOnlySet<string>? keep) => new()
    {
        Name = use.Image.Name,
        Digest = use.Image.Digest,
        Size = use.Image.Size,
        Platforms = use.Image.Platforms,
        Tasks = use.Containers,
        LastUsed = use.LastUsed,
        IsWanted = keep is null ? null : ImageCollectionPlan.IsWanted(use.Image, keep),
    };

    private interface IStep
    {
        ImageStep Now { get; }
    }

    private sealed class LatestStep : IStep, IProgress<PullProgress>
    {
        private ImageStep _now = new();

        public ImageStep Now => Volatile.Read(ref _now);

        public void Report(PullProgress value) => Volatile.Write(ref _now, new()
        {
            Kind = value.Phase switch
            {
                PullPhase.Resolving => ImageStepKind.Resolving,
                PullPhase.Downloading => ImageStepKind.Downloading,
                _ => ImageStepKind.Unpacking,
            },
            LayersDone = value.LayersDone,
            LayersTotal = value.LayersTotal,
            BytesDone = value.BytesDone,
            BytesTotal = value.BytesTotal,
            Note = value.Note,
        });
    }

    private sealed class ReceivedStep(SourceStream archive) : IStep
    {
        public ImageStep Now => new() { Kind = archive.IsRead ? ImageStepKind.Unpacking : ImageStepKind.Receiving, BytesDone = archive.Position };
    }
}
