using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.Events;
using Warren.Agent.Runtime.Containerd.Api.EventsV1;
using Warren.Agent.Runtime.Containerd.Api.Types;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>Listens to containerd's events as long as the agent lives, through all losses of the connection.</summary>
/// <param name="context">The adapter's.</param>
/// <param name="settling">Records the ends of containers.</param>
/// <param name="settleAllAsync">Looks at all containers, after events may have been missed.</param>
internal sealed class ContainerdEventPump(
    ContainerdContext context, ContainerdSettling settling, Func<CancellationToken, Task> settleAllAsync)
{
    // A subscription takes effect some time after the call, and nothing says when. An event of our own that comes back does.
    private const string MarkTopic = "/warren/listening";
    private const string MarkType = "warren.listening";
    private static readonly TimeSpan s_markEvery = TimeSpan.FromMilliseconds(50);
    private static int s_lastMark;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var delay = context.Options.ReconnectDelay;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => delay = context.Options.ReconnectDelay, cancellationToken);
            }
            catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
            {
                context.Log.StreamLost(ContainerdErrors.ReasonOf(exception), delay);
            }
            catch (Exception exception) when (exception is OperationCanceledException or RpcException && cancellationToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(delay, context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, context.Options.MaxReconnectDelay.Ticks));
        }
    }

    private async Task ListenAsync(System.Action established, CancellationToken cancellationToken)
    {
        using var stream = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var request = new SubscribeRequest();
        foreach (var topic in (string[])["/tasks/start", "/tasks/exit", "/tasks/oom", "/containers/delete", MarkTopic])
            request.Filters.Add($"namespace==\"{context.Options.Namespace}\",topic==\"{topic}\"");
        using var call = context.Connection.Events.Subscribe(request, context.Connection.Unbounded(stream.Token));

        var mark = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref s_lastMark)}");
        var marked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var marking = MarkAsync(mark, marked.Task, stream);
        try
        {
            while (await call.ResponseStream.MoveNext(stream.Token))
            {
                var envelope = call.ResponseStream.Current;
                if (envelope.Topic != MarkTopic)
                {
                    Handle(envelope, cancellationToken);
                }
                else if (envelope.Event.Value.ToStringUtf8() == mark && marked.TrySetResult())
                {
                    established();
                    context.Log.Listening(context.Options.SocketPath, context.Options.Namespace);
                    context.Events.Resync();
                    settling.Signals.WakeAll();
                    _ = SettleAllAsync(cancellationToken);
                }
            }
        }
        finally
        {
            marked.TrySetResult();
            await stream.CancelAsync();
            await marking;
        }
    }

    // Ends the stream if the event cannot be sent, so that both are tried anew.
    private async Task MarkAsync(string mark, Task seen, CancellationTokenSource stream)
    {
        var request = new PublishRequest { Topic = MarkTopic, Event = new() { TypeUrl = MarkType, Value = ByteString.CopyFromUtf8(mark) } };
        try
        {
            while (!seen.IsCompleted)
            {
                await context.Connection.Events.PublishAsync(request, context.Connection.Short(stream.Token));
                await Task.WhenAny(seen, Task.Delay(s_markEvery, context.Time, stream.Token));
            }
        }
        catch (RpcException)
        {
            await stream.CancelAsync();
        }
    }

    private void Handle(Envelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            switch (envelope.Topic)
            {
                case "/tasks/start":
                    Publish(RuntimeEventKind.Started, Read(TaskStart.Parser, envelope.Event).ContainerId);
                    break;
                case "/tasks/oom":
                    settling.ReportOutOfMemory(Read(TaskOOM.Parser, envelope.Event).ContainerId);
                    break;
                case "/tasks/exit" when Read(TaskExit.Parser, envelope.Event) is var exit && exit.Id == exit.ContainerId:
                    _ = SettleAsync(exit.ContainerId, cancellationToken);
                    break;
                case "/containers/delete":
                    var id = Read(ContainerDelete.Parser, envelope.Event).Id;
                    settling.Forget(id);
                    Publish(RuntimeEventKind.Removed, id);
                    break;
            }
        }
        catch (InvalidProtocolBufferException exception)
        {
            context.Log.EventNotRead(envelope.Topic, exception.Message);
        }
    }

    private void Publish(RuntimeEventKind kind, string id)
    {
        if (ContainerId.TryParse(id, out var valid)) context.Events.Publish(new(kind, valid));
    }

    private static T Read<T>(MessageParser<T> parser, Any value) where T : IMessage<T> => parser.ParseFrom(value.Value);

    private async Task SettleAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await settling.SettleAsync(id, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            context.Log.ExitNotSettled(id, exception.Message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException or ObjectDisposedException)
        {
            // The agent ends; the next one looks at everything.
        }
        finally
        {
            settling.Signals.Wake(id);
        }
    }

    private async Task SettleAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var folder in context.Shims.RemoveAbandoned()) context.Log.FolderAbandoned(folder);
            await settleAllAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            context.Log.ExitNotSettled("(all)", exception.Message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException or ObjectDisposedException or ContainerRuntimeException)
        {
            // The agent ends; the next one looks at everything.
        }
    }
}
