using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.ContainersV1;
using Warren.Agent.Runtime.Containerd.Api.SnapshotsV1;
using Warren.Agent.Runtime.Containerd.Api.TasksV1;
using Warren.Agent.Runtime.Containerd.Api.TaskTypes;
using Warren.Agent.Runtime.Containerd.Api.Types;
using Status = Warren.Agent.Runtime.Containerd.Api.TaskTypes.Status;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>Reads and writes what containerd knows; a thing that is not there is an answer, anything else a failure of gRPC.</summary>
internal sealed class ContainerdRecords(ContainerdContext context)
{
    private ContainerdConnection Connection => context.Connection;

    public async Task<Container?> FindRecordAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await Connection.Containers.GetAsync(new GetContainerRequest { Id = id }, Connection.Short(cancellationToken))).Container;
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            return null;
        }
    }

    public async Task<Process?> FindTaskAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return AsItIs((await Connection.Tasks.GetAsync(new GetRequest { ContainerId = id }, Connection.Short(cancellationToken))).Process);
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// All that can be seen of a container; null if there is none. The task is asked for first: an end that is recorded in between is then seen in the
    /// record, and never taken for a loss.
    /// </summary>
    public async Task<ContainerView?> ViewAsync(string id, CancellationToken cancellationToken)
    {
        var task = await FindTaskAsync(id, cancellationToken);
        return await FindRecordAsync(id, cancellationToken) is { } record ? View(record, task) : null;
    }

    public ContainerView View(Container record, Process? task) => new(record, task, context.Run.FindStarted(record.Id), context.BootId);

    public async IAsyncEnumerable<Container> ListRecordsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = Connection.Containers.ListStream(new ListContainersRequest(), Connection.Long(cancellationToken));
        while (await call.ResponseStream.MoveNext(cancellationToken)) yield return call.ResponseStream.Current.Container;
    }

    public async Task<Dictionary<string, Process>> ListTasksAsync(CancellationToken cancellationToken)
    {
        var answer = await Connection.Tasks.ListAsync(new ListTasksRequest(), Connection.Long(cancellationToken));
        // Of a first process containerd fills in the id alone.
        return answer.Tasks.Select(AsItIs).ToDictionary(task => task.ContainerId.Length > 0 ? task.ContainerId : task.Id, StringComparer.Ordinal);
    }

    // A shim whose runc was killed after it had let the process go does not know that it runs; signals, commands and the end it handles all the same.
    private static Process AsItIs(Process task)
    {
        if (task.Status == Status.Created && BrokenStart.HasBegun(task.Pid)) task.Status = Status.Running;
        return task;
    }

    public async Task SetLabelAsync(string id, string name, string value, CancellationToken cancellationToken)
    {
        var request = new UpdateContainerRequest
        {
            Container = new() { Id = id, Labels = { [name] = value } },
            UpdateMask = new FieldMask { Paths = { "labels." + name } },
        };
        await Connection.Containers.UpdateAsync(request, Connection.Long(cancellationToken));
    }

    public async Task<bool> DeleteRecordAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await Connection.Containers.DeleteAsync(new DeleteContainerRequest { Id = id }, Connection.Long(cancellationToken));
            return true;
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<Mount>> PrepareSnapshotAsync(string id, string parent, CancellationToken cancellationToken)
    {
        var request = new PrepareSnapshotRequest
        {
            Snapshotter = context.Options.Snapshotter,
            Key = id,
            Parent = parent,
            Labels =
            {
                [ContainerLabels.Container] = id,
                [ContainerLabels.CollectionRoot] = "1",
            },
        };
        return (await Connection.Snapshots.PrepareAsync(request, Connection.Long(cancellationToken))).Mounts;
    }

    /// <summary>What a container's root file system is made of; null if there is none.</summary>
    public async Task<IReadOnlyList<Mount>?> FindMountsAsync(string id, CancellationToken cancellationToken)
    {
        var request = new MountsRequest { Snapshotter = context.Options.Snapshotter, Key = id };
        try
        {
            return (await Connection.Snapshots.MountsAsync(request, Connection.Short(cancellationToken))).Mounts;
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            return null;
        }
    }

    public async Task<bool> RemoveSnapshotAsync(string id, CancellationToken cancellationToken)
    {
        var request = new RemoveSnapshotRequest { Snapshotter = context.Options.Snapshotter, Key = id };
        try
        {
            await Connection.Snapshots.RemoveAsync(request, Connection.Long(cancellationToken));
            return true;
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            return false;
        }
    }

    /// <summary>The containers that a snapshot was made for.</summary>
    public async Task<List<string>> ListSnapshotsAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        using var call = Connection.Snapshots.List(
            new ListSnapshotsRequest { Snapshotter = context.Options.Snapshotter }, Connection.Long(cancellationToken));
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            names.AddRange(call.ResponseStream.Current.Info
                .Where(info => info.Labels.TryGetValue(ContainerLabels.Container, out var owner) && owner == info.Name).Select(info => info.Name));
        }
        return names;
    }
}
