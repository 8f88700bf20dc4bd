namespace Warren.Cli.Compose;

/// <summary>A key of compose files.</summary>
/// <param name="Name">The key.</param>
/// <param name="Support">What becomes of it.</param>
/// <param name="Remark">Why, or how it is meant; empty: as the specification says.</param>
internal sealed record ComposeKey(string Name, ComposeSupport Support, string Remark);
