using System.Collections.Immutable;

namespace Warren.Configs;

/// <summary>A template with its fields filled in, or why it cannot be.</summary>
/// <param name="Content">The content; of no meaning if there are problems.</param>
/// <param name="Problems">What is wrong. Empty: nothing.</param>
public sealed record ConfigExpansion(ReadOnlyMemory<byte> Content, ImmutableArray<string> Problems);
