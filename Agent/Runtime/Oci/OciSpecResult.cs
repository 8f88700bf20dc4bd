using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>A specification, or why there is none.</summary>
/// <param name="Json">UTF-8 JSON; empty with problems.</param>
/// <param name="Problems">All that keeps this node from running the container; empty when there is a specification.</param>
internal sealed record OciSpecResult(ReadOnlyMemory<byte> Json, ImmutableArray<ValidationProblem> Problems);
