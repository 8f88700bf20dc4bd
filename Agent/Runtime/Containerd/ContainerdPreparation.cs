using System.Collections.Concurrent;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.ContainersV1;
using Warren.Agent.Runtime.Containerd.Api.Types;
using Warren.Agent.Runtime.Oci;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// Makes containers: a snapshot, which its own label keeps from the garbage collection, and then the record, which says that all is there. Callers hold
/// the container's lock.
/// </summary>
internal sealed class ContainerdPreparation(ContainerdContext context, ContainerdRecords records, ContainerdClearing clearing)
{
    private readonly RootFileSystem _images = new(context.Run);
    private readonly ConcurrentDictionary<string, PreparedContainer> _prepared = new(StringComparer.Ordinal);
    private readonly Lazy<NodeFacts> _node = new(() => NodeFactsReader.Read());

    public NodeFacts Node => _node.Value;

    public async Task PrepareAsync(ContainerRequest request, CancellationToken cancellationToken)
    {
        // Most often there is nothing of that name, and asking would cost more than finding out.
        if (await TryMakeAsync(request, cancellationToken)) return;
        if (await IsThereAsync(request, cancellationToken)) return;
        await clearing.RemoveAsync(request.Id.Value, looksForShims: true, cancellationToken);
        if (!await TryMakeAsync(request, cancellationToken))
            throw new ContainerRuntimeException(RuntimeFault.Conflict, $"{request.Id}: somebody else makes a container of this name in the same namespace");
    }

    /// <summary>What this agent knows of a container that it made and nobody has started; asked for once.</summary>
    public PreparedContainer? TakePrepared(string id) => _prepared.TryRemove(id, out var prepared) ? prepared : null;

    /// <returns>False if a record or snapshot of that name stands in the way.</returns>
    private async Task<bool> TryMakeAsync(ContainerRequest request, CancellationToken cancellationToken)
    {
        var id = request.Id.Value;
        IReadOnlyList<Mount> mounts;
        Container record;
        if (_images.FindKnown(request.Image.ChainId) is { } known)
        {
            // Neither needs the other. A crash between them leaves a record without snapshot, which the next attempt replaces.
            record = BuildRecord(request, known);
            var snapshot = PrepareSnapshotAsync(request, cancellationToken);
            var creation = CreateRecordAsync(record, cancellationToken);
            try
            {
                await Task.WhenAll(snapshot, creation);
            }
            catch
            {
                await TakeBackAsync(id, snapshot, creation, cancellationToken);
                throw;
            }
            if (await snapshot is not { } made || !await creation)
            {
                await TakeBackAsync(id, snapshot, creation, cancellationToken);
                return false;
            }
            mounts = made;
        }
        else
        {
            if (await PrepareSnapshotAsync(request, cancellationToken) is not { } made) return false;
            mounts = made;
            try
            {
                var accounts = await context.StepAsync(
                    ContainerdStep.ReadAccounts, id, () => Task.FromResult(_images.Read(request.Id, request.Image.ChainId, made)));
                record = BuildRecord(request, accounts);
                if (!await CreateRecordAsync(record, cancellationToken)) return false;
            }
            catch (Exception exception) when (exception is ContainerRuntimeException or IOException)
            {
                await records.RemoveSnapshotAsync(id, cancellationToken);
                throw exception is IOException
                    ? new ContainerRuntimeException(RuntimeFault.Failed, $"{id}: cannot look into the image {request.Image.Name}: {exception.Message}", exception)
                    : exception;
            }
        }
        _prepared[id] = new(record, mounts, LogUri.Of(request, context.Options), request.Spec.Tty);
        return true;
    }

    // A record whose snapshot somebody left behind would start with what that one had written.
    private async Task TakeBackAsync(string id, Task<IReadOnlyList<Mount>?> snapshot, Task<bool> creation, CancellationToken cancellationToken)
    {
        var hasMadeRecord = creation.IsCompletedSuccessfully && await creation;
        var hasMadeSnapshot = snapshot.IsCompletedSuccessfully && await snapshot is not null;
        if (hasMadeRecord) await records.DeleteRecordAsync(id, cancellationToken);
        if (hasMadeSnapshot && creation.IsFaulted) await records.RemoveSnapshotAsync(id, cancellationToken);
    }

    private async Task<bool> IsThereAsync(ContainerRequest request, CancellationToken cancellationToken)
    {
        var id = request.Id.Value;
        if (await records.ViewAsync(id, cancellationToken) is not { } view) return false;
        var wanted = request.OwnerLabels[OwnerLabels.SpecHash];
        var found = ContainerLabels.Find(view.Record, OwnerLabels.SpecHash);
        if (found != wanted)
        {
            throw new ContainerRuntimeException(
                RuntimeFault.Conflict, $"{id}: there is a container of this name with spec hash {found ?? "(none)"}, not {wanted}; remove it first");
        }
        return view.Finding != ContainerFinding.Created || view.Task is not null
            || await records.FindMountsAsync(id, cancellationToken) is not null;
    }

    private Container BuildRecord(ContainerRequest request, AccountFiles accounts)
    {
        if (request.Spec.Init && !File.Exists(context.Options.InitPath))
        {
            throw new ContainerRuntimeException(
                RuntimeFault.Invalid, $"{request.Id}: init: there is no {context.Options.InitPath} on this node; install the Debian package tini");
        }
        var result = OciSpecBuilder.Build(new()
        {
            Request = request,
            Node = Node,
            CgroupsPath = context.CgroupOf(request.Id.Value),
            Passwd = accounts.Passwd,
            Group = accounts.Group,
            Devices = HostDeviceReader.Read(request.Spec.Security),
            NodeMounts = NodeMountRules.Read(request.Mounts),
            InitPath = request.Spec.Init ? context.Options.InitPath : null,
        });
        if (result.Problems.IsEmpty) return ContainerRecord.Of(request, result.Json, LogUri.Of(request, context.Options), context.Options);
        throw new ContainerRuntimeException(RuntimeFault.Invalid, $"{request.Id}: {string.Join("; ", result.Problems)}");
    }

    private async Task<IReadOnlyList<Mount>?> PrepareSnapshotAsync(ContainerRequest request, CancellationToken cancellationToken)
    {
        var id = request.Id.Value;
        try
        {
            return await context.StepAsync(
                ContainerdStep.PrepareSnapshot, id, () => records.PrepareSnapshotAsync(id, request.Image.ChainId, cancellationToken));
        }
        catch (RpcException exception) when (ContainerdErrors.IsAlreadyThere(exception))
        {
            return null;
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            throw new ContainerRuntimeException(
                RuntimeFault.Failed, $"{id}: the image {request.Image.Name} ({request.Image.Digest}) is not unpacked on this node; pull it again", exception);
        }
    }

    private async Task<bool> CreateRecordAsync(Container record, CancellationToken cancellationToken)
    {
        try
        {
            await context.StepAsync(ContainerdStep.CreateRecord, record.Id, async () =>
                await context.Connection.Containers.CreateAsync(
                    new CreateContainerRequest { Container = record }, context.Connection.Long(cancellationToken)));
            return true;
        }
        catch (RpcException exception) when (ContainerdErrors.IsAlreadyThere(exception))
        {
            return false;
        }
    }
}
