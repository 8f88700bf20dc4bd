using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// A reference to a grain or observer by its identity. It is valid whether or not the grain is active anywhere, and may be stored,
/// compared and sent in calls. Generated classes derive from it and implement the grain interfaces.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    protected GrainReference(GrainReferenceShared shared, IdSpan key)
    {
        Shared = shared;
        GrainId = new GrainId(shared.GrainType, key);
    }

    public GrainId GrainId { get; }

    /// <summary>The interface's name on the wire.</summary>
    public GrainInterfaceType InterfaceType => Shared.InterfaceType;

    internal GrainReferenceShared Shared { get; }

    /// <summary>The activation in this process that answered last, so that the next call need not look for it.</summary>
    internal GrainActivation? LastActivation { get; set; }

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    public static bool operator ==(GrainReference? left, GrainReference? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);

    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceType}";

    /// <summary>A reference to the same grain by another interface.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => Shared.Runtime.Cast<TGrainInterface>(this);

    /// <summary>For generated code: sends the request; the task ends with the answer.</summary>
    protected Task<TResult> InvokeAsync<TResult>(Request<TResult> request) => Shared.Runtime.InvokeAsync(this, request);

    /// <summary>For generated code: sends the request and does not wait. Never throws; the task is complete.</summary>
    protected Task InvokeOneWay(Request request)
    {
        Shared.Runtime.InvokeOneWay(this, request);
        return Task.CompletedTask;
    }

    /// <summary>For generated code: the enumeration starts when it is enumerated.</summary>
    protected IAsyncEnumerable<TItem> InvokeEnumerable<TItem>(AsyncEnumerableRequest<TItem> request) =>
        Shared.Runtime.InvokeEnumerable(this, request);
}
