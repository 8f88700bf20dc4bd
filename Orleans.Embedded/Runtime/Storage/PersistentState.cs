using System.Diagnostics.CodeAnalysis;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>A state of a grain, read when it is activated.</summary>
internal sealed class PersistentState<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TState>(
    GrainActivation activation, string stateName, IGrainStorage storage)
    : IPersistentState<TState>, IActivationComponent
{
    private readonly GrainState<TState> _state = new();

    public TState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _state.RecordExists;

    public Task OnActivatingAsync(CancellationToken cancellation) => ReadStateAsync(cancellation);

    public void OnDeactivating()
    {
    }

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(stateName, activation.GrainId, _state, cancellationToken);
        if (_state.State is null) _state.State = CreateInitial();
    }

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        Guard(storage.WriteStateAsync(stateName, activation.GrainId, _state, cancellationToken));

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await Guard(storage.ClearStateAsync(stateName, activation.GrainId, _state, cancellationToken));
        if (_state.State is null) _state.State = CreateInitial();
    }

    /// <summary>A grain without a record starts with a new state object; a type that cannot be made without arguments starts as null.</summary>
    private static TState? CreateInitial() =>
        typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<TState>() : default;

    /// <summary>A conflict means that another activation lives: this one ends even when the grain's own code catches the exception.</summary>
    private async Task Guard(Task change)
    {
        try
        {
            await change;
        }
        catch (InconsistentStateException exception)
        {
            activation.Deactivate(new DeactivationReason(
                DeactivationReasonCode.ApplicationError, exception, $"its state '{stateName}' was changed by another activation"));
            throw;
        }
    }
}
