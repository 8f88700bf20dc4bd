using Orleans.Runtime;

namespace Orleans;

/// <summary>The base of grain classes.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <exception cref="InvalidOperationException">The grain is made outside the runtime.</exception>
    protected Grain()
        : this(TaskScheduler.Current as IGrainContext
            ?? throw new InvalidOperationException("Only the runtime makes grains: get a reference from the grain factory instead."))
    {
    }

    private Grain(IGrainContext grainContext) => GrainContext = grainContext;

    public IGrainContext GrainContext { get; }

    public GrainReference GrainReference => GrainContext.GrainReference;

    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>The silo that this activation runs in.</summary>
    public string RuntimeIdentity => (GrainContext as GrainActivation)?.Runtime.Address.ToString() ?? "";

    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    protected IGrainFactory GrainFactory =>
        (GrainContext as GrainActivation)?.Runtime.Factory
        ?? (IGrainFactory?)GrainContext.ActivationServices.GetService(typeof(IGrainFactory))
        ?? throw new InvalidOperationException("The grain's services have no grain factory.");

    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation when the calls that run are done; the next call makes a new one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps this activation from being collected as idle for at least that long; a negative time takes it back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => (GrainContext as GrainActivation)?.DelayDeactivation(timeSpan);
}
