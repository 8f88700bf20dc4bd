using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>A call that waits for its answer from another process. Exactly one of the methods is called, once.</summary>
internal interface IRemoteCall
{
    Message Message { get; }

    /// <summary>The method returned; its result is field 1 of <paramref name="body"/>.</summary>
    void OnResult(ref WireReader body);

    /// <summary>The method threw, or the connection was lost before the answer came.</summary>
    void OnFailure(Exception failure);

    /// <summary>The other process refused to run the method.</summary>
    void OnRejected(RejectionKind kind, string reason, long viewVersion);
}
