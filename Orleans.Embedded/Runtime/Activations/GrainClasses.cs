using System.Collections.Frozen;
using Orleans.CodeGeneration;
using Orleans.Metadata;

namespace Orleans.Runtime;

/// <summary>Prepares the grain classes of a catalog for a silo.</summary>
internal static class GrainClasses
{
    public static FrozenDictionary<GrainType, GrainClass> Create(
        TypeCatalog catalog, TimeSpan collectionAge, IReadOnlyDictionary<string, TimeSpan> collectionAges)
    {
        return catalog.GrainClasses.ToFrozenDictionary(static descriptor => descriptor.GrainType, descriptor =>
        {
            // What an operator sets for a class by name is stronger than what the class says, which is stronger than the default.
            var age = collectionAges.TryGetValue(descriptor.GrainClass.FullName ?? descriptor.GrainClass.Name, out var configured)
                ? configured
                : descriptor.CollectionAge ?? collectionAge;
            return new GrainClass(descriptor, MayInterleave(catalog, descriptor), age);
        });
    }

    private static bool MayInterleave(TypeCatalog catalog, GrainClassDescriptor descriptor) =>
        descriptor.IsReentrant
        || catalog.MethodsOf(descriptor.Interfaces).Any(static method =>
            (method.Options & (InvokeMethodOptions.AlwaysInterleave | InvokeMethodOptions.ReadOnly)) != 0);
}
