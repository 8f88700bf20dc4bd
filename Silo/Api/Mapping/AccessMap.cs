using Google.Protobuf.WellKnownTypes;
using Warren.Access;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>API tokens and entries of the audit log, from and to the API.</summary>
internal static class AccessMap
{
    /// <summary>What is wanted.</summary>
    /// <exception cref="ValidationException">It cannot be read; the cluster checks the rest.</exception>
    public static ApiTokenSpec Read(Proto.CreateApiTokenRequest from)
    {
        var problems = new FieldProblems();
        var lifetime = problems.Time("lifetime", from.Lifetime);
        if (from.NeverExpires && from.Lifetime is not null) problems.Add("lifetime", "must be left out with neverExpires");
        var spec = new ApiTokenSpec
        {
            Name = from.Name,
            Role = problems.Enum("role", from.Role, ApiRole.Viewer),
            Lifetime = from.NeverExpires ? null : lifetime ?? ApiTokenSpec.DefaultLifetime,
        };
        problems.ThrowIfAny("API token");
        return spec;
    }

    /// <summary>Writes all of a token.</summary>
    public static Proto.ApiToken Write(ApiTokenRecord from, DateTimeOffset now) => new()
    {
        Id = from.Id,
        Name = from.Spec.Name,
        Role = EnumMap.To<ApiRole, Proto.ApiRole>(from.Spec.Role),
        State = from.RevokedAt is not null ? Proto.ApiTokenState.Revoked : from.ExpiresAt <= now ? Proto.ApiTokenState.Expired : Proto.ApiTokenState.Usable,
        CreatedAt = from.CreatedAt.ToTimestamp(),
        ExpiresAt = from.ExpiresAt?.ToTimestamp(),
        RevokedAt = from.RevokedAt?.ToTimestamp(),
    };

    /// <summary>Writes all of an entry.</summary>
    public static Proto.AuditEntry Write(AuditEntry from) => new()
    {
        Cursor = from.Cursor,
        At = from.At.ToTimestamp(),
        Who = from.Who,
        From = from.From,
        Manager = from.Manager,
        Operation = from.Operation,
        Target = from.Target,
        Detail = from.Detail,
        Outcome = from.Outcome?.Code ?? "",
        Message = from.Outcome?.Message ?? "",
        Took = from.Outcome?.Took.ToDuration(),
    };
}
