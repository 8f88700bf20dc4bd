using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Nodes;
using Warren.References;
using Warren.Scheduling;
using Warren.Tasks;

namespace Warren.Services;

/// <summary>One service, by its <see cref="ServiceName"/>: the versions of its spec, its slots and what its tasks are meant to be.</summary>
[Alias("warren.service-grain")]
public interface IServiceGrain : IGrainWithStringKey
{
    /// <summary>Makes the service, or changes it to another spec; the same spec changes nothing. Returns once it is stored.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="expectedVersion">The version that the caller has seen, 0 for none. Default (null): whichever it is.</param>
    /// <exception cref="ValidationException">The spec breaks rules, or names what is not there; all problems are named.</exception>
    /// <exception cref="ConflictException">The service is at another version than expected, or is being removed.</exception>
    [Alias("ApplyAsync")]
    Task<ServiceRevision> ApplyAsync(ServiceSpec spec, long? expectedVersion = null);

    /// <summary>Changes the number of replicas alone.</summary>
    /// <param name="replicas">How many.</param>
    /// <param name="expectedVersion">The version that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="ValidationException">The number breaks a rule.</exception>
    /// <exception cref="NotFoundException">There is no such service.</exception>
    /// <exception cref="ConflictException">The service is at another version than expected, or is being removed.</exception>
    [Alias("ScaleAsync")]
    Task<ServiceRevision> ScaleAsync(int replicas, long? expectedVersion = null);

    /// <summary>Makes another version of the same spec, to which all tasks are replaced as after a change. Returns once it is stored.</summary>
    /// <param name="expectedVersion">The version that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="NotFoundException">There is no such service.</exception>
    /// <exception cref="ConflictException">It is a job or cron job, at another version than expected, or is being removed.</exception>
    [Alias("RestartAsync")]
    Task<ServiceRevision> RestartAsync(long? expectedVersion = null);

    /// <summary>Removes the service with all its tasks; nothing happens if there is none. Returns once it is stored, before the tasks have ended.</summary>
    /// <param name="expectedVersion">The version that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="ConflictException">The service is at another version than expected.</exception>
    [Alias("RemoveAsync")]
    Task RemoveAsync(long? expectedVersion = null);

    /// <summary>
    /// The versions of the spec that are kept, oldest first: the current one, the one before it, and those that tasks, runs or the rollout still need.
    /// Empty: there is no such service.
    /// </summary>
    [Alias("GetRevisionsAsync"), AlwaysInterleave]
    Task<ImmutableArray<ServiceRevision>> GetRevisionsAsync();

    /// <summary>The service as it is; null if there is none.</summary>
    [Alias("GetAsync"), AlwaysInterleave]
    Task<ServiceStatus?> GetAsync();

    /// <summary>What would become of the service and its tasks if a spec were written. Changes nothing, and makes no service.</summary>
    /// <param name="spec">The spec; null: the service is removed.</param>
    /// <param name="isRenewed">Whether a secret or config that makes its tasks be replaced gets another version.</param>
    [Alias("ForecastAsync"), AlwaysInterleave]
    Task<ServiceForecast> ForecastAsync(ServiceSpec? spec, bool isRenewed);

    /// <summary>What the tasks of a version are made from; null if no task needs it any more.</summary>
    [Alias("GetTemplateAsync"), AlwaysInterleave]
    Task<TaskTemplate?> GetTemplateAsync(long version);

    /// <summary>Begins a run of a job or cron job.</summary>
    /// <param name="request">Names the request, so that asking twice makes one run.</param>
    /// <exception cref="NotFoundException">There is no such service.</exception>
    /// <exception cref="ConflictException">It is neither job nor cron job.</exception>
    [Alias("RunAsync")]
    Task RunAsync(string request);

    /// <summary>Holds a rollout where it is.</summary>
    [Alias("PauseRolloutAsync")]
    Task PauseRolloutAsync(string reason);

    /// <summary>Lets a held rollout go on; slots that had given up are tried again.</summary>
    [Alias("ResumeRolloutAsync")]
    Task ResumeRolloutAsync(string reason);

    /// <summary>Moves tasks off their nodes, start-first where that can be.</summary>
    [Alias("EvictAsync")]
    Task EvictAsync(ImmutableArray<TaskId> tasks);

    /// <summary>What the grains of tasks say of them. Only takes note, so that it never waits; late and doubled copies do nothing.</summary>
    /// <param name="tasks">Tasks as their grains have them.</param>
    /// <param name="cleaned">Tasks of which their nodes have nothing left.</param>
    [Alias("ObserveAsync"), AlwaysInterleave]
    Task ObserveAsync(ImmutableArray<TaskRecord> tasks, ImmutableArray<TaskId> cleaned);

    /// <summary>Tasks wait for a node, and why. Not stored: the scheduler says it again.</summary>
    [Alias("ExplainAsync"), AlwaysInterleave]
    Task ExplainAsync(ImmutableArray<BlockedTask> tasks);

    /// <summary>Nodes have changed that the service has tasks on, or may want to. Only takes note.</summary>
    /// <param name="version">The version of the catalog of nodes that says how.</param>
    /// <param name="hasJoined">Whether a node is new or takes tasks again, so that it may be worth spreading anew.</param>
    [Alias("NodesChangedAsync"), AlwaysInterleave]
    Task NodesChangedAsync(long version, bool hasJoined);

    /// <summary>
    /// Tells the grains of the tasks that wait for a node of them, then the scheduler; for a scheduler that has just begun, or that found a task whose
    /// grain had lost it in a crash. Only arms it, so that it never waits.
    /// </summary>
    [Alias("RequeueAsync"), AlwaysInterleave]
    Task RequeueAsync();

    /// <summary>How the service uses an object; null if it does not. Waits for a change of the spec that is under way.</summary>
    [Alias("GetUserAsync")]
    Task<ObjectUser?> GetUserAsync(ObjectKind kind, string name);

    /// <summary>
    /// A secret or config that the service may name has another version: tasks made from now on get it, and those that are there are replaced if the
    /// service's reference says <see cref="Secrets.ReferencePolicy.Rollout"/>. Returns once it is stored; what is known does nothing.
    /// </summary>
    [Alias("ObjectChangedAsync")]
    Task ObjectChangedAsync(ObjectKind kind, string name, long version);

    /// <summary>Wakes the grain, which then finishes what a crash cut short. Nothing happens if all is well.</summary>
    [Alias("EnsureAsync")]
    Task EnsureAsync();
}
