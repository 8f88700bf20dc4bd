using System.Collections.Immutable;
using Warren.Services;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Planning;

/// <summary>What is another in a service's spec.</summary>
internal static class ServiceChanges
{
    /// <summary>Compares; of a new service what differs from the defaults.</summary>
    public static IReadOnlyList<Proto.FieldChange> Between(ServiceSpec? before, ServiceSpec after)
    {
        // A spec that the model takes for the same is the same, however it is written.
        if (before is not null && ServiceSpecChange.Between(before, after).IsNone) return ImmutableArray<Proto.FieldChange>.Empty;
        return [.. FieldChanges.Between(ServiceSpecMap.Write(before ?? new() { Name = after.Name, Container = new() { Image = "" } }), ServiceSpecMap.Write(after))];
    }
}
