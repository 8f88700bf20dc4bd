using System.Collections.Immutable;

namespace Warren.Nodes;

/// <summary>What a node answers to requests for room.</summary>
/// <param name="Answers">One for each request, in their order.</param>
/// <param name="Node">The node as it is then, with what it promised; null if there is no such node.</param>
[GenerateSerializer, Alias("warren.admission-reply"), Immutable]
public sealed record AdmissionReply(
    [property: Id(0)] ImmutableArray<AdmissionAnswer> Answers, [property: Id(1)] NodeRecord? Node);
