using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>One activation of a grain, as its runtime sees it.</summary>
public interface IGrainContext : ITargetHolder, IEquatable<IGrainContext>
{
    GrainId GrainId { get; }

    GrainReference GrainReference { get; }

    /// <summary>The grain object; null before it is made.</summary>
    object? GrainInstance { get; }

    ActivationId ActivationId { get; }

    /// <summary>The services of this activation: scoped services live as long as it does.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Ends when the activation is gone, with its <c>OnDeactivateAsync</c> done.</summary>
    Task Deactivated { get; }

    /// <summary>Starts deactivation: calls that run are finished, calls that wait move to the next activation.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
