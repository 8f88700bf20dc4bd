using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// A call on its way to a grain, in the process that received it or made it. For calls inside the process nothing is serialised.
/// </summary>
internal sealed class Message
{
    /// <summary>Names the call among those of its sender; pairs it with its response.</summary>
    public long CallId { get; init; }

    public required GrainId Target { get; init; }

    /// <summary>The grain, observer or client that calls; default when it is none of them.</summary>
    public GrainId Sender { get; init; }

    public required Request Request { get; init; }

    /// <summary>Where the outcome goes; null for one-way calls.</summary>
    public IReplySink? ReplyTo { get; set; }

    /// <summary>The process the message came from; default inside a process.</summary>
    public PeerId From { get; init; }

    /// <summary>When the caller gives up, in milliseconds of <see cref="Environment.TickCount64"/> of this process.</summary>
    public long ExpiresAt { get; init; }

    /// <summary>The grains that wait for this call, the outermost first; null when there are none. Immutable.</summary>
    public CallChain? Chain { get; init; }

    /// <summary>Calls with the reentrancy id of a call that waits for them may interleave with it; default for none.</summary>
    public Guid ReentrancyId { get; set; }

    /// <summary>The caller's request context; null when it is empty. Never changed: setting a value makes a new dictionary.</summary>
    public Dictionary<string, object>? RequestContext { get; init; }

    /// <summary>W3C trace parent of the caller; null when it has no activity.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How often the message was passed on because the receiver did not own the grain.</summary>
    public int ForwardCount { get; set; }

    /// <summary>The version of the membership view by which the sender chose the receiver.</summary>
    public long ViewVersion { get; set; }

    /// <summary>When the activation took it up, in <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long StartedAt { get; set; }

    /// <summary>Tells this call from others that the activation runs. Not from those before the clock has wrapped, seconds ago.</summary>
    public uint Mark => (uint)StartedAt;

    public bool IsOneWay => ReplyTo is null;

    public bool IsReadOnly => Request.Method.IsReadOnly;

    public bool IsAlwaysInterleave => Request.Method.IsAlwaysInterleave;

    /// <summary>Whether somebody waits for it, as <see cref="ICallPrecedence"/> says. Not changed while it is in a queue.</summary>
    public bool IsForeground { get; set; }

    /// <summary>The activation that runs it, to be told when it is done; null before it runs.</summary>
    public GrainActivation? Activation { get; set; }

    /// <summary>The next message of the <see cref="MessageQueue"/> it is in.</summary>
    public Message? Next { get; set; }

    public void CompleteWith<TResult>(TResult result)
    {
        ReplyTo?.Complete(this, result);
        Activation?.OnCompleted(this, null);
    }

    public void CompleteWithException(Exception exception)
    {
        ReplyTo?.Fail(this, exception);
        Activation?.OnCompleted(this, exception);
    }

    public void Reject(RejectionKind kind, string reason)
    {
        ReplyTo?.Reject(this, kind, reason);
        Activation?.OnCompleted(this, null);
    }

    public override string ToString() => $"{Request} to {Target}";
}
