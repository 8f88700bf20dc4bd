using System.Globalization;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.TasksV1;
using Warren.Agent.Runtime.Oci;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// Runs further processes. Their streams are named pipes in a folder of their own; the agent's ends are opened first and never wait, so that nobody who
/// fails to come can hang it.
/// </summary>
internal sealed class ContainerdExecs(ContainerdContext context, Func<NodeFacts> node)
{
    private const uint KillSignal = 9;
    private static int s_last;

    public async Task<IExecSession> StartAsync(ContainerId id, ContainerView view, ExecRequest request, CancellationToken cancellationToken)
    {
        var spec = BuildSpec(id, view, request, node());
        // Unique among the execs of this agent, and of an agent before it that had another process.
        var name = string.Create(CultureInfo.InvariantCulture, $"exec-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}");
        var folder = context.Run.MakeExecFolder(id.Value, name);
        ExecPipes? pipes = null;
        try
        {
            pipes = ExecPipes.Make(folder, request);
            var exec = new ExecProcessRequest
            {
                ContainerId = id.Value,
                ExecId = name,
                Stdin = pipes.StdinPath,
                Stdout = pipes.StdoutPath,
                Stderr = pipes.StderrPath,
                Terminal = request.Tty,
                Spec = ContainerRecord.Process(spec),
            };
            await context.Connection.Tasks.ExecAsync(exec, context.Connection.Long(cancellationToken));
            await context.Connection.Tasks.StartAsync(
                new StartRequest { ContainerId = id.Value, ExecId = name }, context.Connection.Long(cancellationToken));
            pipes.ShimHasOpened();
            var session = new ContainerdExecSession(context, id, name, pipes, this);
            if (request.Tty) await session.ResizeAsync(request.Size, cancellationToken);
            return session;
        }
        catch (Exception exception)
        {
            if (pipes is not null) await pipes.DisposeAsync();
            await TryRemoveAsync(id.Value, name);
            if (exception is RpcException failure) throw Refused(id, failure, cancellationToken);
            throw;
        }
    }

    /// <summary>Kills an exec and removes all of it; what is gone is passed over.</summary>
    public async Task RemoveAsync(string id, string exec, CancellationToken cancellationToken)
    {
        await PassOverAsync(async () => await context.Connection.Tasks.KillAsync(
            new KillRequest { ContainerId = id, ExecId = exec, Signal = KillSignal }, context.Connection.Long(cancellationToken)));
        await PassOverAsync(async () => await context.Connection.Tasks.WaitAsync(
            new WaitRequest { ContainerId = id, ExecId = exec }, context.Connection.Within(context.Options.KillTimeout, cancellationToken)));
        await PassOverAsync(async () => await context.Connection.Tasks.DeleteProcessAsync(
            new DeleteProcessRequest { ContainerId = id, ExecId = exec }, context.Connection.Long(cancellationToken)));
        context.Run.RemoveExec(id, exec);
    }

    /// <summary>The same where there is nobody to tell of a failure; the sweep of the next agent finds what is left.</summary>
    public async Task TryRemoveAsync(string id, string exec)
    {
        try
        {
            await RemoveAsync(id, exec, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RpcException or IOException or ObjectDisposedException)
        {
            context.Log.ExecNotRemoved(id, exec, exception.Message);
        }
    }

    private static async Task PassOverAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            // The exec, its container or both are gone, or it never started.
        }
    }

    private static ReadOnlyMemory<byte> BuildSpec(ContainerId id, ContainerView view, ExecRequest request, NodeFacts node)
    {
        AccountFiles accounts;
        try
        {
            accounts = request.User is null ? new(null, null) : RootFileSystem.ReadOfProcess((int)view.Task!.Pid);
        }
        catch (IOException exception)
        {
            throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: its root file system cannot be read; it may have ended: {exception.Message}", exception);
        }
        var result = OciExecBuilder.Build(new()
        {
            Request = request,
            ContainerSpec = view.Record.Spec.Value.Memory,
            Node = node,
            Passwd = accounts.Passwd,
            Group = accounts.Group,
        });
        return result.Problems.IsEmpty
            ? result.Json
            : throw new ContainerRuntimeException(RuntimeFault.Invalid, $"{id}: exec: {string.Join("; ", result.Problems)}");
    }

    private static Exception Refused(ContainerId id, RpcException failure, CancellationToken cancellationToken)
    {
        if (ContainerdErrors.IsCancelled(failure, cancellationToken)) return new OperationCanceledException(cancellationToken);
        if (ContainerdErrors.IsNotFound(failure) || failure.StatusCode == StatusCode.FailedPrecondition)
            return new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: exec: it does not run", failure);
        return RuncMessages.Explain(failure.Status.Detail) is { } reason
            ? new ContainerRuntimeException(RuntimeFault.Invalid, $"{id}: exec: {reason}", failure)
            : ContainerdErrors.Translate(failure, $"{id}: exec");
    }
}
