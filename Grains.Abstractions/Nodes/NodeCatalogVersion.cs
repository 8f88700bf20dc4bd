namespace Warren.Nodes;

/// <summary>A state of the catalog of nodes.</summary>
/// <param name="Epoch">Which activation counted it; one knows only its own changes.</param>
/// <param name="Number">Grows with each change, and is higher in a later epoch.</param>
[GenerateSerializer, Alias("warren.node-catalog-version"), Immutable]
public readonly record struct NodeCatalogVersion([property: Id(0)] Guid Epoch, [property: Id(1)] long Number);
