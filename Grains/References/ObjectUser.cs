using System.Collections.Immutable;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.References;

/// <summary>A service that uses an object.</summary>
/// <param name="Service">The service.</param>
/// <param name="BySpec">Whether its current spec names the object.</param>
/// <param name="Tasks">Its tasks that have not ended and run with the object, also those of older specs.</param>
internal sealed record ObjectUser(ServiceName Service, bool BySpec, ImmutableArray<TaskId> Tasks);
