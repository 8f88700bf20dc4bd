using System.Collections.Immutable;
using Warren.Services;
using Warren.Tasks;

namespace Warren.References;

/// <summary>A service that uses an object.</summary>
/// <param name="Service">The service.</param>
/// <param name="BySpec">Whether its current spec names the object.</param>
/// <param name="Tasks">Its tasks that have not ended and run with the object, also those of older specs.</param>
[GenerateSerializer, Alias("warren.object-user"), Immutable]
public sealed record ObjectUser(
    [property: Id(0)] ServiceName Service, [property: Id(1)] bool BySpec, [property: Id(2)] ImmutableArray<TaskId> Tasks);
