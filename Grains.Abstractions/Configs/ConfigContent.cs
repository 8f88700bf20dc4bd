namespace Warren.Configs;

/// <summary>The content of a config's latest version.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="IsTemplate">Whether each task gets it with its fields filled in, see <see cref="ConfigSpec.IsTemplate"/>.</param>
[GenerateSerializer, Alias("warren.config-content"), Immutable]
public sealed record ConfigContent([property: Id(0)] ReadOnlyMemory<byte> Content, [property: Id(1)] bool IsTemplate);
