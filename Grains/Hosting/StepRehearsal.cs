using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Grains.Events;
using Warren.Grains.Images;
using Warren.Grains.Nodes;
using Warren.Grains.Scheduling;
using Warren.Grains.Services;
using Warren.Grains.Tasks;
using Warren.Grains.Work;
using Warren.Services;

namespace Warren.Grains.Hosting;

/// <summary>What grains do around the decisions of a <see cref="Rehearsal"/>.</summary>
internal static class StepRehearsal
{
    /// <summary>Plays the steps of its service and of the catalog through, which ask the nodes that there are, and store in memory.</summary>
    public static async Task PlayAsync(IGrainFactory grains, NodeView nodes, ServiceGrainOptions options, TimeProvider time)
    {
        var objects = new ServiceObjects(grains);
        await objects.LookAsync(Rehearsal.Spec);
        var catalog = new GroupCommit<(ServiceName Name, bool? FollowsNodes)>(static async changes =>
        {
            var next = ImmutableSortedDictionary<ServiceName, bool>.Empty.ToBuilder();
            foreach (var (name, follows) in changes) next[name] = follows ?? false;
            _ = next.ToImmutable();
            await Task.Yield();
        });
        await Task.WhenAll(catalog.AddAsync((Rehearsal.Spec.Name, false)), catalog.AddAsync((new(Rehearsal.Spec.Name + "-2"), null)));
        var look = new ServiceLook(nodes, objects, time, options.LookLimit, NullLogger.Instance);
        var images = new ServiceImages(Rehearsal.Spec.Name, new NoImageResolver(), time, options, NullLogger.Instance, static _ => { });
        var core = new ServiceCore(Rehearsal.Spec.Name, new MemoryState(), look, images, new(grains), time, options);
        await core.StepAsync((record, now) => record with { State = ServiceMachine.Accept(new() { Name = Rehearsal.Spec.Name }, Rehearsal.Spec, record.LastVersion, now) });
    }

    /// <summary>Has the asynchronous methods compiled that run when a service is made.</summary>
    public static void Prepare() => AsyncCode.Prepare(
        typeof(ServiceGrain), typeof(ServiceCore), typeof(ServiceErrands), typeof(ServiceLook), typeof(ServiceObjects), typeof(ServiceTeller), typeof(ServiceImages),
        typeof(ServiceReminder), typeof(ServiceCatalogGrain), typeof(GroupCommit<(ServiceName Name, bool? FollowsNodes)>), typeof(EventOutbox), typeof(TaskGrain), typeof(SchedulerGrain));

    private sealed class MemoryState : IPersistentState<ServiceRecord>
    {
        public ServiceRecord State { get; set; } = new();

        public string? Etag => null;

        public bool RecordExists => false;

        public Task ReadStateAsync() => Task.CompletedTask;

        public async Task WriteStateAsync() => await Task.Yield();

        public Task ClearStateAsync() => Task.CompletedTask;

        public Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();

        public Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        public Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();
    }
}
