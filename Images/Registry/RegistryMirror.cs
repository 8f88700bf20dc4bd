namespace Warren.Images.Registry;

/// <summary>Another registry that has a registry's images.</summary>
/// <param name="Host">Host with port if given; its own entry says how it is reached.</param>
/// <param name="Prefix">What its repositories begin with, ending in a slash; or empty.</param>
internal sealed record RegistryMirror(string Host, string Prefix);
