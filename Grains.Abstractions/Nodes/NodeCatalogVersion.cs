namespace Warren.Nodes;

/// <summary>A state of the catalog of nodes.</summary>
/// <param name="Epoch">Which activation counted it; the numbers of two have nothing to do with each other.</param>
/// <param name="Number">Grows by one with each change.</param>
[GenerateSerializer, Alias("warren.node-catalog-version"), Immutable]
public readonly record struct NodeCatalogVersion([property: Id(0)] Guid Epoch, [property: Id(1)] long Number);
