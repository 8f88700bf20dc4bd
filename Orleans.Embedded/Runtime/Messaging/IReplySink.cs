namespace Orleans.Runtime;

/// <summary>Where the outcome of a call goes: to a caller in this process, or back over a connection. Each is called once.</summary>
internal interface IReplySink
{
    void Complete<TResult>(Message request, TResult result);

    void Fail(Message request, Exception exception);

    void Reject(Message request, RejectionKind kind, string reason);
}
