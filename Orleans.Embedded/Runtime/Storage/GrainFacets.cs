using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>For generated code: makes the constructor arguments that belong to an activation.</summary>
public static class GrainFacets
{
    /// <exception cref="OrleansConfigurationException">There is no storage provider of that name.</exception>
    public static IPersistentState<TState> PersistentState<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TState>(
        IGrainContext context, string stateName, string? storageName)
    {
        var activation = (GrainActivation)context;
        var name = storageName ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
        var storage = activation.Runtime.Services.GetKeyedService<IGrainStorage>(name)
            ?? throw new OrleansConfigurationException(
                $"{activation.Class.Descriptor.GrainClass}: the state '{stateName}' wants the storage provider '{name}', which is not registered. "
                + "Add it to the silo's services as a keyed IGrainStorage of that name.");
        var state = new PersistentState<TState>(activation, stateName, storage);
        activation.AddComponent(state);
        return state;
    }
}
