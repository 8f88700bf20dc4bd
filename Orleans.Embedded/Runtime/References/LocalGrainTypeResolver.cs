using Orleans.Metadata;

namespace Orleans.Runtime;

/// <summary>Resolves by the grain classes of this process.</summary>
internal sealed class LocalGrainTypeResolver(TypeCatalog catalog) : IGrainTypeResolver
{
    public GrainType Resolve(Type interfaceClass, GrainInterfaceType interfaceType, string? classNamePrefix)
    {
        var candidates = catalog.GrainClasses
            .Where(grainClass => grainClass.Interfaces.Contains(interfaceType))
            .Select(static grainClass => new GrainTypeCandidate(grainClass.GrainType, grainClass.GrainClass.FullName ?? grainClass.GrainClass.Name))
            .ToList();
        return GrainTypeCandidate.Choose(interfaceClass, candidates, classNamePrefix);
    }
}
