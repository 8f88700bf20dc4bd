using System.Collections.Concurrent;
using Orleans.Metadata;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Makes references in one silo or client.</summary>
internal sealed class GrainFactory(GrainRuntime runtime, TypeCatalog catalog, IGrainTypeResolver resolver, ObserverTable observers)
    : IClusterClient, IReferenceFactory
{
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), Maker> _byInterface = new();
    private readonly ConcurrentDictionary<(GrainType, GrainInterfaceType), Maker> _byName = new();

    public IServiceProvider ServiceProvider => runtime.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(primaryKey);
        return Make<TGrainInterface>(IdSpan.Create(primaryKey), grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => Make<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => Make<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)CreateReference(grainId, catalog.InterfaceOf(typeof(TGrainInterface)).InterfaceType);

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => CreateReference(grainId, interfaceType);

    public GrainReference CreateReference(GrainId grainId, GrainInterfaceType interfaceType) =>
        _byName.GetOrAdd((grainId.Type, interfaceType), static (names, self) => self.CreateMaker(names.Item1, names.Item2), this).Make(grainId.Key);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is GrainReference)
            throw new ArgumentException("The object is a reference already: give the object that is to be called.", nameof(obj));
        if (obj is not TGrainObserverInterface)
            throw new ArgumentException($"{obj.GetType()} does not implement {typeof(TGrainObserverInterface)}.", nameof(obj));
        return GetGrain<TGrainObserverInterface>(observers.Add(obj));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference reference)
            throw new ArgumentException("Give the reference that CreateObjectReference returned.", nameof(obj));
        observers.Remove(reference.GrainId);
    }

    private TGrainInterface Make<TGrainInterface>(IdSpan key, string? prefix) =>
        (TGrainInterface)(object)_byInterface.GetOrAdd((typeof(TGrainInterface), prefix), static (wanted, self) => self.ResolveMaker(wanted), this).Make(key);

    private Maker ResolveMaker((Type Interface, string? Prefix) wanted)
    {
        var descriptor = catalog.InterfaceOf(wanted.Interface);
        var grainType = wanted.Prefix is null && descriptor.DefaultGrainType is { } named
            ? named
            : resolver.Resolve(wanted.Interface, descriptor.InterfaceType, wanted.Prefix);
        return CreateMaker(grainType, descriptor.InterfaceType);
    }

    private Maker CreateMaker(GrainType grainType, GrainInterfaceType interfaceType) =>
        new(new GrainReferenceShared(grainType, interfaceType, runtime), catalog.InterfaceOf(interfaceType).ProxyFactory);

    private sealed class Maker(GrainReferenceShared shared, Func<GrainReferenceShared, IdSpan, GrainReference> factory)
    {
        public GrainReference Make(IdSpan key) => factory(shared, key);
    }
}
