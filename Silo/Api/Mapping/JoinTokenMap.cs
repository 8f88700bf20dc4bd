using Google.Protobuf.WellKnownTypes;
using Warren.Clusters;
using Warren.Nodes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Join tokens, from and to the API.</summary>
internal static class JoinTokenMap
{
    /// <summary>What is wanted.</summary>
    /// <exception cref="ValidationException">It cannot be read; the cluster checks the rest.</exception>
    public static JoinTokenSpec Read(Proto.CreateJoinTokenRequest from)
    {
        var problems = new FieldProblems();
        var lifetime = problems.Time("lifetime", from.Lifetime);
        if (from.NeverExpires && from.Lifetime is not null) problems.Add("lifetime", "must be left out with neverExpires");
        var spec = new JoinTokenSpec
        {
            Role = problems.Enum("role", from.Role, NodeRole.Worker),
            Lifetime = from.NeverExpires ? null : lifetime ?? JoinTokenSpec.DefaultLifetime,
            MaxUses = from.HasMaxUses ? from.MaxUses : null,
        };
        problems.ThrowIfAny("join token");
        return spec;
    }

    /// <summary>Writes all of it.</summary>
    public static Proto.JoinToken Write(JoinTokenRecord from, DateTimeOffset now)
    {
        var to = new Proto.JoinToken
        {
            Id = from.Id,
            Role = EnumMap.To<NodeRole, Proto.NodeRole>(from.Spec.Role),
            State = StateOf(from, now),
            CreatedAt = from.CreatedAt.ToTimestamp(),
            ExpiresAt = from.ExpiresAt?.ToTimestamp(),
            RevokedAt = from.RevokedAt?.ToTimestamp(),
            Uses = from.Uses,
        };
        if (from.Spec.MaxUses is { } most) to.MaxUses = most;
        return to;
    }

    private static Proto.JoinTokenState StateOf(JoinTokenRecord token, DateTimeOffset now) =>
        token.RevokedAt is not null ? Proto.JoinTokenState.Revoked
        : token.ExpiresAt <= now ? Proto.JoinTokenState.Expired
        : token.Uses >= token.Spec.MaxUses ? Proto.JoinTokenState.UsedUp
        : Proto.JoinTokenState.Usable;
}
