namespace Orleans.Runtime;

/// <summary>Something that lives with an activation. Both methods run as turns of it.</summary>
internal interface IActivationComponent
{
    /// <summary>Before <c>OnActivateAsync</c>; a failure fails the activation.</summary>
    Task OnActivatingAsync(CancellationToken cancellation);

    /// <summary>Before <c>OnDeactivateAsync</c>.</summary>
    void OnDeactivating();
}
