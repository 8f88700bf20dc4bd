namespace Warren.Grains.Services;

/// <summary>A slot that stays as it is.</summary>
/// <param name="Version">The version of the spec then; a later one is another try.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record GivenUp(long Version, string Reason);
