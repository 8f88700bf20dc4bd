using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Containers;
using Warren.Agent.Images;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Volumes;
using Warren.Containers;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>
/// The container of one task, and what can be done with it. It knows nothing of what is wanted, and what it finds out it returns; only that something takes
/// long it tells by itself. Calls do not overlap.
/// </summary>
internal sealed partial class TaskContainer(TaskId task, TaskParts parts)
{
    // What takes less is told by its end alone.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1), s_progressPause = TimeSpan.FromSeconds(10);

    private readonly ContainerId _id = new(task.ToString());
    private readonly ILogger _logger = parts.Logger;

    /// <summary>The container as it is, if it was ever started; its connection is repaired if its template is known.</summary>
    public async Task<StartedContainer?> FindAsync(TaskTemplate? template)
    {
        if (template is not null) return await parts.Containers.AdoptAsync(TaskOrders.Of(task, template), parts.Stopping);
        return await parts.Containers.Runtime.FindAsync(_id, parts.Stopping) is { State: not ContainerState.Created } status ? new(status, null) : null;
    }

    /// <summary>Makes and starts it, see <see cref="ContainerHost.StartAsync"/>.</summary>
    /// <exception cref="FileTemplateException">One of its files cannot be filled in.</exception>
    public async Task<StartedContainer> StartAsync(TaskTemplate template, CancellationToken cancellationToken)
    {
        var order = TaskOrders.Of(task, template with { Files = Filled(template, template.Files) });
        var progress = new PullProgressText(order.ImageReference().ToString());
        var start = StartInTurnAsync(order, progress, cancellationToken);
        await TellIfSlowAsync(start, TaskState.Preparing, progress.ToString, startedAt: null);
        return await start;
    }

    /// <summary>Has its probes asked, if it has any.</summary>
    public void Watch(ContainerSpec spec, StartedContainer started)
    {
        if (TaskProbes.Of(spec, started, parts.Containers.Runtime, parts.Time) is { } subject) parts.Health.Begin(subject);
    }

    /// <summary>Its probes are asked no more.</summary>
    public Task EndWatchAsync() => parts.Health.EndAsync(_id);

    /// <summary>Has its process end, by its signal and in its time.</summary>
    /// <param name="template">What it was made from; null if that is not known.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="startedAt">When it began, as far as is known.</param>
    /// <param name="isForGood">Whether it is told as about to end for good.</param>
    public async Task<ContainerExit> StopAsync(TaskTemplate? template, string reason, DateTimeOffset? startedAt, bool isForGood)
    {
        await EndWatchAsync();
        var signal = await StopSignalAsync(template);
        var grace = (template?.Container ?? new ContainerSpec { Image = "" }).StopGracePeriod;
        var stop = parts.Containers.StopAsync(_id, signal, grace, parts.Stopping);
        if (isForGood) await TellIfSlowAsync(stop, TaskState.Stopping, () => reason, startedAt);
        return await stop ?? new(ContainerExit.Unseen, parts.Time.GetUtcNow(), OutOfMemory: false);
    }

    /// <summary>Replaces files while it runs, see <see cref="ContainerHost.ReplaceFilesAsync"/>.</summary>
    /// <param name="template">What it was made from.</param>
    /// <param name="files">The files.</param>
    public Task ReplaceFilesAsync(TaskTemplate template, ImmutableArray<TaskFile> files) => parts.Containers.ReplaceFilesAsync(
        _id,
        [.. Filled(template, files).Select(file => new FileReplacement(
            new(file.Target, file.Content, file.Mode, file.Uid, file.Gid), Signals.TryParse(file.Signal, out var signal) ? signal : null))],
        parts.Stopping);

    /// <summary>Gives back what it does not need any more; what cannot be given back now goes with the removal.</summary>
    public async Task ReleaseAsync()
    {
        try
        {
            await parts.Containers.ReleaseAsync(_id, parts.Stopping);
        }
        catch (Exception failure) when (failure is NetworkException or VolumeException or IOException or ContainerRuntimeException)
        {
            LogNotReleased(task, failure.Message);
        }
    }

    /// <summary>Makes room for another container of the task; what it wrote out is kept, and the next one goes on with it.</summary>
    public Task ClearAsync() => parts.Containers.RemoveAsync(_id, keepLogs: true, parts.Stopping);

    /// <summary>Leaves nothing of it.</summary>
    public Task RemoveAsync() => parts.Containers.RemoveAsync(_id, keepLogs: false, parts.Stopping);

    private ImmutableArray<TaskFile> Filled(TaskTemplate template, ImmutableArray<TaskFile> files) => files.Any(file => file.IsTemplate)
        ? TaskFiles.Fill(files, parts.Node.Of(task, template))
        : files;

    // A slow registry does not take the turns of tasks whose image is there.
    private async Task<StartedContainer> StartInTurnAsync(ContainerOrder order, PullProgressText progress, CancellationToken cancellationToken)
    {
        var image = order.ImageReference();
        if (await parts.Containers.Images.FindAsync(image, cancellationToken) is null)
        {
            await parts.Containers.Images.PullAsync(image, PullOptions.Default, progress, cancellationToken);
            parts.Images.LookAgain();
        }

        await parts.Starts.WaitAsync(cancellationToken);
        try
        {
            return await parts.Containers.StartAsync(order, progress, cancellationToken);
        }
        finally
        {
            parts.Starts.Release();
        }
    }

    // The spec's, else the image's.
    private async Task<int> StopSignalAsync(TaskTemplate? template)
    {
        if (Signals.TryParse(template?.Container.StopSignal, out var number)) return number;
        return template is not null && await parts.Containers.Images.FindAsync(TaskOrders.Of(task, template).ImageReference(), parts.Stopping) is { } image
            && Signals.TryParse(image.Config.StopSignal, out number) ? number : Signals.Terminate;
    }

    private async Task TellIfSlowAsync(Task work, TaskState state, Func<string> describe, DateTimeOffset? startedAt)
    {
        var (pause, told) = (s_quiet, "");
        while (true)
        {
            using var enough = new CancellationTokenSource();
            var first = await Task.WhenAny(work, Task.Delay(pause, parts.Time, enough.Token));
            await enough.CancelAsync();
            if (first == work) return;
            pause = s_progressPause;
            if (describe() is var now && now == told) continue;
            told = now;
            parts.Reports.Observe(task, new() { State = state, At = parts.Time.GetUtcNow(), Reason = now, StartedAt = startedAt });
        }
    }

    [LoggerMessage(LogLevel.Warning, "What the task {Task} used is given back only at its removal: {Cause}")]
    private partial void LogNotReleased(TaskId task, string cause);
}
