using Google.Protobuf.WellKnownTypes;
using Warren.Clusters;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Certificates and the authority, from and to the API.</summary>
internal static class TrustMap
{
    /// <summary>Writes all of it.</summary>
    public static Proto.Certificate Write(CertificateRecord from) => new()
    {
        Role = from.Role.ToString().ToLowerInvariant(),
        Name = from.Name,
        Serial = from.Serial ?? "",
        IssuedAt = from.IssuedAt.ToTimestamp(),
        EndsAt = from.EndsAt?.ToTimestamp(),
        RevokedAt = from.RevokedAt?.ToTimestamp(),
    };

    /// <summary>Writes all of it.</summary>
    public static Proto.Authority Write(AuthorityRecord from) => new()
    {
        Digest = from.Digest,
        EndsAt = from.EndsAt.ToTimestamp(),
        Step = from.Step switch { RotationStep.Trusting => Proto.RotationStep.Trusting, RotationStep.Reissuing => Proto.RotationStep.Reissuing, _ => Proto.RotationStep.Unspecified },
        Next = from.Next ?? "",
        StartedAt = from.StartedAt?.ToTimestamp(),
        Missing = { from.Missing.Select(node => node.Value) },
        Done = from.Done,
        DueAt = from.DueAt?.ToTimestamp(),
    };

    /// <summary>The step that is to end.</summary>
    /// <exception cref="ValidationException">None is named.</exception>
    public static RotationStep Read(Proto.LeaveBehindRequest from) => from.Step switch
    {
        Proto.RotationStep.Trusting => RotationStep.Trusting,
        Proto.RotationStep.Reissuing => RotationStep.Reissuing,
        _ => throw new ValidationException("the request", [new("step", $"must be TRUSTING or REISSUING, was {(int)from.Step}")]),
    };
}
