using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Warren.Nodes;

namespace Warren.Security;

/// <summary>Whom a certificate is about.</summary>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Name">The id of the node; of a client its name.</param>
/// <param name="Role">Its role.</param>
public sealed record CertificateSubject(string Cluster, string Name, CertificateRole Role)
{
    private const string NameType = "2.5.4.3", UnitType = "2.5.4.11", OrganizationType = "2.5.4.10";

    /// <summary>A node's.</summary>
    public static CertificateSubject Of(string cluster, NodeId node, NodeRole role) =>
        new(cluster, node.Value, role == NodeRole.Manager ? CertificateRole.Manager : CertificateRole.Worker);

    /// <summary>The subject that says it: name, role and cluster as common name, unit and organization.</summary>
    public X500DistinguishedName ToName()
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName(Cluster);
        builder.AddOrganizationalUnitName(Role.ToString().ToLowerInvariant());
        builder.AddCommonName(Name);
        return builder.Build();
    }

    /// <summary>Reads it from a certificate that is trusted; one that was made elsewhere may not say it.</summary>
    public static bool TryRead(X509Certificate2 certificate, [NotNullWhen(true)] out CertificateSubject? subject)
    {
        subject = null;
        var parts = new Dictionary<string, string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            // A second part of a kind would leave open which one counts.
            if (part.HasMultipleElements || part.GetSingleElementType().Value is not { } type || part.GetSingleElementValue() is not { } value || !parts.TryAdd(type, value)) return false;
        }

        if (!parts.TryGetValue(OrganizationType, out var cluster) || !parts.TryGetValue(NameType, out var name)) return false;
        CertificateRole? role = parts.GetValueOrDefault(UnitType) switch
        {
            "worker" when NodeId.TryParse(name, out _) => CertificateRole.Worker,
            "manager" when NodeId.TryParse(name, out _) => CertificateRole.Manager,
            "client" => CertificateRole.Client,
            _ => null,
        };
        if (role is not { } known) return false;
        subject = new(cluster, name, known);
        return true;
    }
}
