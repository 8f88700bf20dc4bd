using System.Diagnostics;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Makes the calls of one silo or client, and waits for their outcomes.</summary>
internal abstract class GrainRuntime : IDisposable
{
    private readonly IOutgoingGrainCallFilter[] _outgoingFilters;
    private readonly ITimer _sweep;

    protected GrainRuntime(RuntimeSetup setup)
    {
        Setup = setup;
        _outgoingFilters = setup.OutgoingFilters;
        var interval = setup.ResponseTimeout == Timeout.InfiniteTimeSpan
            ? EngineLimits.DeadlineSweep
            : TimeSpan.FromTicks(Math.Clamp(setup.ResponseTimeout.Ticks / 4, TimeSpan.TicksPerMillisecond, EngineLimits.DeadlineSweep.Ticks));
        _sweep = Time.CreateTimer(static runtime => ((GrainRuntime)runtime!).Sweep(), this, interval, interval);
    }

    public CallDeadlines Deadlines { get; } = new();

    public TimeProvider Time => Setup.Time;

    public IServiceProvider Services => Setup.Services;

    public EngineInstruments Instruments => Setup.Instruments;

    public EngineLog Log => Setup.Log;

    public abstract GrainFactory Factory { get; }

    public abstract Serialization.IReferenceFactory References { get; }

    protected RuntimeSetup Setup { get; }

    public TGrainInterface Cast<TGrainInterface>(GrainReference reference)
        where TGrainInterface : IAddressable => Factory.GetGrain<TGrainInterface>(reference.GrainId);

    public Task<TResult> InvokeAsync<TResult>(GrainReference target, Request<TResult> request) =>
        _outgoingFilters.Length == 0 ? SendAsync(target, request) : InvokeWithFiltersAsync(target, request);

    /// <summary>Sends a call past the outgoing filters.</summary>
    public Task<TResult> SendAsync<TResult>(GrainReference target, Request<TResult> request)
    {
        var call = new Call<TResult>(this);
        var token = request.CancellationToken;
        if (token.CanBeCanceled)
        {
            if (token.IsCancellationRequested) return Task.FromCanceled<TResult>(token);
            call.LocalCancellation = new CancellationTokenSource();
            request.CancellationToken = call.LocalCancellation.Token;
        }

        var timeout = request.Method.ResponseTimeout ?? Setup.ResponseTimeout;
        var message = CreateMessage(target.GrainId, request, call, timeout);
        call.Message = message;
        if (request.Method.ResponseTimeout is null) Deadlines.Add(call);
        Send(target, message, call);
        if (token.CanBeCanceled || request.Method.ResponseTimeout is not null) call.Watch(request.Method.ResponseTimeout, Time, token);
        return call.Task;
    }

    public void InvokeOneWay(GrainReference target, Request request)
    {
        try
        {
            Send(target, CreateMessage(target.GrainId, request, null, Setup.ResponseTimeout), null);
        }
        catch (Exception exception)
        {
            // By definition nobody waits for the outcome; it is logged instead.
            Log.OneWayCallFailed(exception, request.Method.ActivityName, target.GrainId);
        }
    }

    public IAsyncEnumerable<TItem> InvokeEnumerable<TItem>(GrainReference target, AsyncEnumerableRequest<TItem> request) =>
        new RemoteEnumerable<TItem>(this, target, request);

    /// <summary>Sends a refused call again, after a pause in which the view of the cluster may catch up; false when it was tried often enough.</summary>
    public bool TryResend(Call call, RejectionKind kind, string reason, long viewVersion)
    {
        var message = call.Message;
        if (IsStopped || message.ForwardCount >= EngineLimits.MaxResends || message.ExpiresAt <= Environment.TickCount64) return false;
        message.ForwardCount++;
        message.Activation = null;
        call.SentTo = null;
        _ = ResendAsync(call, kind, reason, viewVersion);
        return true;
    }

    /// <summary>Tells the callee of a call that its outcome is not wanted any more.</summary>
    public void Abandon(Call call)
    {
        if (call.LocalCancellation is { } cancellation) Cancel(call, cancellation);
        if (call.SentTo is { } peer) AbandonRemote(call, peer);
    }

    public string DescribeTimeout(Call call)
    {
        var where = call.SentTo is { } peer ? $", sent to {peer}" : call.Message.Activation is null ? ", still waiting" : ", still running";
        var chain = call.Message.Chain is { } links ? $" Called by {links}." : "";
        return $"{call.Message} did not answer within its time-out of {call.Message.Request.Method.ResponseTimeout ?? Setup.ResponseTimeout}{where}.{chain}";
    }

    public virtual void Dispose()
    {
        IsStopped = true;
        _sweep.Dispose();
        foreach (var call in Deadlines.Snapshot()) call.OnFailure(new SiloUnavailableException($"{call.Message}: this process is stopping."));
    }

    /// <summary>The version of the view of the cluster.</summary>
    protected abstract long CurrentVersion { get; }

    /// <summary>Set when this process makes no more calls.</summary>
    protected bool IsStopped { get; private set; }

    /// <summary>Addresses a message and hands it over. <paramref name="call"/> is null for one-way messages.</summary>
    protected abstract void Send(GrainReference target, Message message, Call? call);

    /// <summary>Addresses a message whose target may have moved.</summary>
    protected abstract void Route(Message message, Call? call);

    /// <summary>Waits for a view of the cluster that is not older, at most a moment.</summary>
    protected abstract Task CatchUpAsync(long viewVersion, TimeSpan atMost);

    protected abstract void AbandonRemote(Call call, PeerId peer);

    private static void Cancel(Call call, CancellationTokenSource cancellation)
    {
        // Inside the process the method's token is cancelled as a turn of the grain, like everything else that its code sees.
        if (call.Message.Activation is { } activation) activation.RunTurn(cancellation.Cancel);
        else cancellation.Cancel();
    }

    private async Task ResendAsync(Call call, RejectionKind kind, string reason, long viewVersion)
    {
        try
        {
            if (viewVersion == 0)
            {
                // The silo itself did not say no, it cannot be reached. Unless the grain has another owner by now, the caller is told at once.
                await CatchUpAsync(call.Message.ViewVersion + 1, EngineLimits.UnreachableGrace);
                if (CurrentVersion > call.Message.ViewVersion) Route(call.Message, call);
                else call.OnFailure(Rejections.ToException(kind, reason));
                return;
            }

            var pause = TimeSpan.FromMilliseconds(Math.Min(5 << call.Message.ForwardCount, EngineLimits.MaxResendPause.TotalMilliseconds));
            await CatchUpAsync(viewVersion, EngineLimits.MaxResendPause);
            if (call.Message.ForwardCount > 1) await Task.Delay(pause, Time);
            Route(call.Message, call);
        }
        catch (Exception exception)
        {
            call.OnFailure(exception);
        }
    }

    private async Task<TResult> InvokeWithFiltersAsync<TResult>(GrainReference target, Request<TResult> request)
    {
        var source = TaskScheduler.Current as GrainActivation;
        var context = new OutgoingCallContext<TResult>(this, target, request, _outgoingFilters, source);
        return (await context.RunAsync()).GetResult<TResult>();
    }

    private Message CreateMessage(GrainId target, Request request, Call? call, TimeSpan timeout)
    {
        var caller = TaskScheduler.Current as GrainActivation;
        var chain = call is null ? null : caller?.CurrentChain();
        if (chain?.Length > CallChain.MaxLength)
            throw new OrleansException($"Call chain longer than {CallChain.MaxLength} grains, surely without end: {chain}");
        return new Message
        {
            CallId = CallIds.Next(),
            Target = target,
            Sender = caller?.GrainId ?? default,
            Request = request,
            ReplyTo = call,
            ExpiresAt = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds,
            Chain = chain,
            ReentrancyId = RequestContext.ReentrancyId,
            RequestContext = RequestContext.Values,
            TraceParent = Setup.PropagateActivity ? Activity.Current?.Id : null,
        };
    }

    private void Sweep()
    {
        try
        {
            Deadlines.Sweep(Environment.TickCount64);
        }
        catch (Exception exception)
        {
            Log.BackgroundWorkFailed(exception, nameof(Sweep));
        }
    }
}
