using System.Globalization;
using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Manifests;
using Warren.Cli.Progress;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Applying;

/// <summary>Carries a plan out: each write expects the version that the plan has looked at, so that nobody's change in between is undone.</summary>
internal sealed class Carrier(Call call, IReadOnlyList<Manifest> manifests, WaitOptions wait)
{
    // A secret or config that was written before makes another version of the services that name it, which is no change of theirs.
    private const int MaxTries = 5;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly List<string> _going = [];

    /// <summary>Writes all that the plan changes, in its order.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="limit">How long tasks of services that are removed may take to end before what they used is removed.</param>
    /// <returns>The services to wait for.</returns>
    public async Task<IReadOnlyList<string>> CarryOutAsync(PlanResponse plan, TimeSpan limit)
    {
        var changed = new List<string>();
        foreach (var resource in plan.Resources)
        {
            switch (resource.Change)
            {
                case ChangeKind.Create or ChangeKind.Update:
                    foreach (var need in manifests[resource.Index].After) await new Dependency(call, need, wait).UntilThereAsync(resource.Name);
                    await WriteAsync(resource);
                    break;
                case ChangeKind.Delete:
                    await RemoveAsync(resource, limit);
                    break;
            }

            var isConcerned = resource.Change is ChangeKind.Create or ChangeKind.Update || resource.Tasks.Any(task => task.Fate != TaskFate.Keep);
            if (resource.Kind == ResourceKind.Service && resource.Change != ChangeKind.Delete && isConcerned) changed.Add(resource.Name);
        }

        return changed;
    }

    private static bool Changes(ResourcePlan plan, string field) => plan.Changes.Any(change => change.Field == field);

    private static V1.WriteOptions Options(ResourcePlan plan)
    {
        var options = Keys.New();
        options.ExpectedVersion = plan.Version;
        return options;
    }

    private async System.Threading.Tasks.Task WriteAsync(ResourcePlan plan)
    {
        var manifest = manifests[plan.Index];
        var planned = plan;
        for (var tries = 1; ; tries++)
        {
            try
            {
                var version = await WriteOnceAsync(planned, manifest.Resource);
                call.Done($"{PlanText.Name(plan)}", planned.Change == ChangeKind.Create
                    ? $"{PlanText.Name(plan)} is created"
                    : string.Create(CultureInfo.InvariantCulture, $"{PlanText.Name(plan)} is updated (version {version})"));
                return;
            }
            catch (RpcException conflict) when (conflict.StatusCode == StatusCode.Aborted && tries < MaxTries)
            {
                var again = (await call.Manager.Plans.PlanAsync(new() { Resources = { manifest.Resource } }, call.Options)).Resources.First(other => other.Kind == plan.Kind && other.Name == plan.Name);
                if (again.Change != plan.Change || !again.Changes.Equals(plan.Changes))
                    throw new CliException(ExitCodes.Conflict, $"{PlanText.Name(plan)} was changed by someone else since the plan was made", "look at the new plan by 'warren plan', and apply again");
                planned = again;
            }
        }
    }

    private async Task<long> WriteOnceAsync(ResourcePlan plan, Resource resource)
    {
        var (isNew, options) = (plan.Change == ChangeKind.Create, plan.Change == ChangeKind.Create ? Keys.New() : Options(plan));
        switch (plan.Kind)
        {
            case ResourceKind.Secret:
                // Other labels alone make no other version.
                var secret = resource.Secret.Clone();
                if (!isNew && !Changes(plan, "value")) secret.ClearValue();
                return isNew
                    ? (await call.Manager.Secrets.CreateAsync(new() { Spec = secret, Options = options }, call.Options)).Version
                    : (await call.Manager.Secrets.UpdateAsync(new() { Spec = secret, Options = options }, call.Options)).Version;
            case ResourceKind.Config:
                var config = resource.Config.Clone();
                if (!isNew && !Changes(plan, "content")) config.ClearContent();
                return isNew
                    ? (await call.Manager.Configs.CreateAsync(new() { Spec = config, Options = options }, call.Options)).Version
                    : (await call.Manager.Configs.UpdateAsync(new() { Spec = config, Options = options }, call.Options)).Version;
            case ResourceKind.Volume:
                return isNew
                    ? (await call.Manager.Volumes.CreateAsync(new() { Spec = resource.Volume, Options = options }, call.Options)).Version
                    : (await call.Manager.Volumes.UpdateAsync(new() { Spec = resource.Volume, Options = options }, call.Options)).Version;
            default:
                return isNew
                    ? (await call.Manager.Services.CreateAsync(new() { Spec = resource.Service, Options = options }, call.Options)).Revision.Version
                    : (await call.Manager.Services.UpdateAsync(new() { Spec = resource.Service, Options = options }, call.Options)).Revision.Version;
        }
    }

    private async System.Threading.Tasks.Task RemoveAsync(ResourcePlan plan, TimeSpan limit)
    {
        switch (plan.Kind)
        {
            case ResourceKind.Service:
                // Of whichever version: a secret that was written just now may have made another one.
                await call.Manager.Services.DeleteAsync(new() { Name = plan.Name, Options = Keys.New() }, call.Options);
                _going.Add(plan.Name);
                break;
            case ResourceKind.Secret:
                await UntilGoneAsync(limit);
                await call.Manager.Secrets.DeleteAsync(new() { Name = plan.Name, Options = Options(plan) }, call.Options);
                break;
            case ResourceKind.Config:
                await UntilGoneAsync(limit);
                await call.Manager.Configs.DeleteAsync(new() { Name = plan.Name, Options = Options(plan) }, call.Options);
                break;
            default:
                await UntilGoneAsync(limit);
                await call.Manager.Volumes.DeleteAsync(new() { Name = plan.Name, Options = Options(plan) }, call.Options);
                break;
        }

        call.Done(PlanText.Name(plan), $"{PlanText.Name(plan)} is {(plan.Kind == ResourceKind.Service ? "being removed" : "removed")}");
    }

    // What tasks use cannot be removed before they have ended.
    private async System.Threading.Tasks.Task UntilGoneAsync(TimeSpan limit)
    {
        var begin = call.Time.GetTimestamp();
        while (_going.Count > 0)
        {
            try
            {
                await call.Manager.Services.GetAsync(new() { Name = _going[^1] }, call.Options);
            }
            catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
            {
                _going.RemoveAt(_going.Count - 1);
                continue;
            }

            if (call.Time.GetElapsedTime(begin) > limit)
                throw new CliException(ExitCodes.NotConverged, $"service {_going[^1]} is not gone in time, and what it uses cannot be removed before", "wait until it is gone, and do the same again, or raise --wait-timeout");
            await System.Threading.Tasks.Task.Delay(s_pause, call.Time, call.Cancellation);
        }
    }
}
