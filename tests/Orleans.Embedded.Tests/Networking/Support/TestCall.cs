using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>A call whose end a test awaits. A second end is an error.</summary>
internal sealed class TestCall(Message message) : IRemoteCall
{
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ends;

    public Message Message => message;

    /// <summary>Ends with the result, or with what the callee threw, or with <see cref="RejectedException"/>.</summary>
    public Task<string> End => _end.Task;

    /// <summary>How often an end was told; 1 in the end, and never more.</summary>
    public int Ends => Volatile.Read(ref _ends);

    public void OnResult(ref WireReader body)
    {
        var result = "";
        while (body.TryReadTag(out var id, out var type))
        {
            if (id == 1) result = body.ReadString();
            else body.Skip(type);
        }

        Interlocked.Increment(ref _ends);
        _end.TrySetResult(result);
    }

    public void OnFailure(Exception failure)
    {
        Interlocked.Increment(ref _ends);
        _end.TrySetException(failure);
    }

    public void OnRejected(RejectionKind kind, string reason, long viewVersion) => OnFailure(new RejectedException(kind, reason, viewVersion));
}

internal sealed class RejectedException(RejectionKind kind, string reason, long viewVersion) : Exception($"{kind}: {reason}")
{
    public RejectionKind Kind => kind;

    public string Reason => reason;

    public long ViewVersion => viewVersion;
}
