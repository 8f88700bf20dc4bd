using System.Collections.Immutable;
using Warren.Clusters;
using Warren.Nodes;

namespace Warren.Grains.Clusters;

/// <summary>A rotation of the authority that is under way.</summary>
/// <param name="Authority">The certificate of the new one as PEM.</param>
/// <param name="SealedKey">Its private key, sealed.</param>
/// <param name="Step">What is being done.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Done">Nodes and managers that have done the step.</param>
/// <param name="Since">The first version of <see cref="TrustRecord"/> with both authorities.</param>
/// <param name="StepAt">When the step began; null: with the rotation.</param>
/// <param name="ToldAt">When it was last told that nodes are missing beyond the deadline; null: it was not.</param>
internal sealed record AuthorityRotation(
    string Authority,
    ReadOnlyMemory<byte> SealedKey,
    RotationStep Step,
    DateTimeOffset StartedAt,
    ImmutableSortedSet<NodeId> Done,
    long Since,
    DateTimeOffset? StepAt = null,
    DateTimeOffset? ToldAt = null);
