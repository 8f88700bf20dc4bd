using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Warren.Nodes;

namespace Warren.Security;

/// <summary>Whom a certificate of the cluster's authority is about.</summary>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Node">The node.</param>
/// <param name="Role">Its role.</param>
public sealed record CertificateSubject(string Cluster, NodeId Node, NodeRole Role)
{
    private const string NameType = "2.5.4.3", UnitType = "2.5.4.11", OrganizationType = "2.5.4.10";

    /// <summary>The subject that says it: node, role and cluster as common name, unit and organization.</summary>
    public X500DistinguishedName ToName()
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName(Cluster);
        builder.AddOrganizationalUnitName(Role.ToString().ToLowerInvariant());
        builder.AddCommonName(Node.Value);
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

        if (!parts.TryGetValue(OrganizationType, out var cluster) || !parts.TryGetValue(NameType, out var name) || !NodeId.TryParse(name, out var node)) return false;
        NodeRole? role = parts.GetValueOrDefault(UnitType) switch { "worker" => NodeRole.Worker, "manager" => NodeRole.Manager, _ => null };
        if (role is not { } known) return false;
        subject = new(cluster, node, known);
        return true;
    }
}
