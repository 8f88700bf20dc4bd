using Google.Protobuf;
using Grpc.Core;
using Warren.Execs;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Execs;
using Warren.Silo.Api.Hosting;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Further processes in the containers of tasks, for callers.</summary>
internal sealed class ExecEndpoint(IGrainFactory grains, TimeProvider time, ApiLifetime lifetime) : Proto.ExecApi.ExecApiBase
{
    // An agent asks for input at least every 5 s.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(15), s_look = TimeSpan.FromSeconds(1);

    public override async Task Exec(IAsyncStreamReader<Proto.ExecRequest> requestStream, IServerStreamWriter<Proto.ExecResponse> responseStream, ServerCallContext context)
    {
        using var ending = new CallEnding(context, lifetime);
        var feed = new ExecFeed(time);
        var parts = ExecPart.Three(feed);
        IExecCaller[] references = [.. parts.Select(part => grains.CreateObjectReference<IExecCaller>(part))];
        var listening = Task.CompletedTask;
        try
        {
            var spec = ExecReader.Start(await requestStream.MoveNext(ending.Token) ? requestStream.Current : null);
            var node = await FindAsync(spec.Task);
            if (!await grains.GetGrain<INodeGrain>(node.Value).ExecAsync(spec, references[0], references[1], references[2]))
                throw ApiErrors.Broken($"the node {node} of {spec.Task} is not connected; try again when it is back");
            listening = ListenAsync(requestStream, spec.HasInput, feed, ending.Token);
            await TellAsync(spec.Task, feed, responseStream, listening, ending.Token);
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
        finally
        {
            // The agent hears at once that there is nobody any more.
            feed.Close();
            await ending.Source.CancelAsync();
            await listening.ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _ = ForgetAsync(feed, parts, references);
        }
    }

    // What the agent has asked is answered first: otherwise it would wait for as long as a call may take.
    private async Task ForgetAsync(ExecFeed feed, ExecPart[] parts, IExecCaller[] references)
    {
        await Task.Delay(s_silence, time);
        foreach (var reference in references) grains.DeleteObjectReference<IExecCaller>(reference);
        GC.KeepAlive(parts);
        feed.Dispose();
    }

    private async Task<NodeId> FindAsync(TaskId id)
    {
        var status = await grains.GetGrain<IServiceGrain>(id.Service.Value).GetAsync();
        var task = status?.Tasks.FirstOrDefault(known => known.Id == id) ?? throw new NotFoundException($"there is no task {id}");
        if (task is { Observed.State: TaskState.Running, Node: { } node }) return node;
        var why = task.Observed.Reason.Length > 0 ? task.Observed.Reason : task.DesiredReason;
        throw new ConflictException($"{id} does not run, it is {task.Observed.State.ToString().ToLowerInvariant()}{(why.Length > 0 ? $": {why}" : "")}");
    }

    private static async Task ListenAsync(IAsyncStreamReader<Proto.ExecRequest> from, bool hasInput, ExecFeed feed, CancellationToken cancellation)
    {
        var isOpen = hasInput;
        while (await from.MoveNext(cancellation))
        {
            var input = ExecReader.Next(from.Current, isOpen);
            if (input.IsEnd && !isOpen) continue;
            isOpen &= !input.IsEnd;
            await feed.WriteAsync(input, cancellation);
        }

        if (isOpen) await feed.WriteAsync(new() { IsEnd = true }, cancellation);
    }

    private async Task TellAsync(TaskId task, ExecFeed feed, IServerStreamWriter<Proto.ExecResponse> to, Task listening, CancellationToken cancellation)
    {
        while (true)
        {
            var output = await NextAsync(task, feed, listening, cancellation);
            switch (output.Kind)
            {
                case ExecOutputKind.Started:
                    await to.WriteAsync(new() { Started = new() }, cancellation);
                    break;
                case ExecOutputKind.Stdout:
                    await to.WriteAsync(new() { Stdout = UnsafeByteOperations.UnsafeWrap(output.Data) }, cancellation);
                    break;
                case ExecOutputKind.Stderr:
                    await to.WriteAsync(new() { Stderr = UnsafeByteOperations.UnsafeWrap(output.Data) }, cancellation);
                    break;
                case ExecOutputKind.Exited:
                    await to.WriteAsync(new() { Exited = new() { Code = output.ExitCode } }, cancellation);
                    return;
                case ExecOutputKind.Invalid:
                    throw new ValidationException("the request", [new("start.command", output.Reason)]);
                case ExecOutputKind.Refused:
                    throw new ConflictException(output.Reason);
                default:
                    throw ApiErrors.Broken($"the process in {task} broke off and is killed: {output.Reason}");
            }
        }
    }

    private async Task<ExecOutput> NextAsync(TaskId task, ExecFeed feed, Task listening, CancellationToken cancellation)
    {
        var next = feed.Outputs.ReadAsync(cancellation).AsTask();
        while (!next.IsCompleted)
        {
            using var look = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var waiting = Task.Delay(s_look, time, look.Token);
            await (listening.IsCompleted ? Task.WhenAny(next, waiting) : Task.WhenAny(next, waiting, listening));
            await look.CancelAsync();
            if (listening.IsFaulted) await listening;
            if (!next.IsCompleted && feed.Silence > s_silence)
                throw ApiErrors.Broken($"the node of {task} does not answer; its agent kills the process when it is back");
        }

        return await next;
    }
}
