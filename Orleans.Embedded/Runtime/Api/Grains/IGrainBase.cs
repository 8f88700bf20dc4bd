using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain class. Most derive from <see cref="Grain"/>, which brings what is commonly needed.</summary>
public interface IGrainBase
{
    IGrainContext GrainContext { get; }

    /// <summary>Runs before the first call. A failure goes to the callers that wait, and the next call tries again.</summary>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Runs after the last call, unless the process dies. What must survive has to be written before.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}
