namespace Grpc.Core;

/// <summary>What a call made inside a service method takes over from the call being served.</summary>
public class ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
{
    /// <summary>Deadline and cancellation.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>The inner call ends no later than the outer one.</summary>
    public bool IsPropagateDeadline { get; } = propagateDeadline;

    /// <summary>Cancelling the outer call cancels the inner one.</summary>
    public bool IsPropagateCancellation { get; } = propagateCancellation;
}
