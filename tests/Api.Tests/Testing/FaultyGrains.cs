using System.Collections.Concurrent;

namespace Warren.Api.Tests.Testing;

/// <summary>The grains of a manager, of which one fails when the test says so.</summary>
internal sealed class FaultyGrains(IGrainFactory grains) : IGrainFactory
{
    private readonly ConcurrentDictionary<Type, (Exception Failure, TaskCompletionSource Failed)> _faults = [];

    /// <summary>Has the next call of a grain of an interface fail.</summary>
    /// <returns>Ends when it has.</returns>
    public Task FailAsync<TGrainInterface>(Exception failure)
        where TGrainInterface : IGrainWithStringKey
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults[typeof(TGrainInterface)] = (failure, failed);
        return failed.Task;
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        if (!_faults.TryRemove(typeof(TGrainInterface), out var fault)) return grains.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);
        fault.Failed.SetResult();
        throw fault.Failure;
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => grains.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => grains.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => grains.GetGrain<TGrainInterface>(grainId);

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => grains.GetGrain(grainId, interfaceType);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => grains.CreateObjectReference<TGrainObserverInterface>(obj);

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => grains.DeleteObjectReference<TGrainObserverInterface>(obj);
}
