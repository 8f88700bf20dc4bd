namespace Warren.Architecture.Tests.Sources;

/// <summary>A place in the sources that breaks a rule.</summary>
/// <param name="File">The file, from the repository's root.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Ban">The rule it breaks.</param>
/// <param name="Code">The code found.</param>
internal sealed record Finding(string File, int Line, Ban Ban, string Code)
{
    public override string ToString() => $"{File}:{Line}: {Code}: {Bans.Advice(Ban)}";
}
