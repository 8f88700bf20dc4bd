#if !ORLEANS_PACKAGES
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Connections.Security;
using Warren.Grains.Clusters;
using Warren.Security;
#endif

namespace Warren.Silo.Authorisation;

/// <summary>Has a silo hold callers to <see cref="CallTable"/>.</summary>
internal static class CallerPolicyExtensions
{
#if ORLEANS_PACKAGES
    /// <summary>The official packages tell nobody by which certificate a call came, so that a worker could not be refused anything.</summary>
    public static ISiloBuilder AddCallerPolicy(this ISiloBuilder builder) =>
        throw new PlatformNotSupportedException("built against the official Orleans packages a manager cannot tell what a caller may do; build it with the project's own engine");
#else
    /// <summary>Managers alone may be silos; clients may call what the table says.</summary>
    public static ISiloBuilder AddCallerPolicy(this ISiloBuilder builder)
    {
        builder.Services.AddSingleton<ICallerPolicy, Policy>();
        return builder;
    }

    private static CertificateSubject? SubjectOf(X509Certificate2? certificate) =>
        certificate is not null && CertificateSubject.TryRead(certificate, out var subject) ? subject : null;

    private static string NameOf(X509Certificate2? certificate) =>
        SubjectOf(certificate) is { } subject ? $"{subject.Role.ToString().ToLowerInvariant()} {subject.Name}" : $"the holder of '{certificate?.Subject}'";

    private sealed class Policy(Refusals refusals, TrustBoard trust) : ICallerPolicy
    {
        public bool MayBeSilo(X509Certificate2? certificate)
        {
            if (SubjectOf(certificate)?.Role == CertificateRole.Manager && !trust.IsRevoked(certificate!)) return true;
            refusals.Note(NameOf(certificate), "be a manager", "silo");
            return false;
        }

        // The agent of a removed node has the time to hear of it, which its next heartbeat tells.
        public bool MayStay(X509Certificate2? certificate) => certificate is null || !trust.IsRevoked(certificate);

        public ICallerRights? RightsOf(X509Certificate2? certificate)
        {
            var subject = SubjectOf(certificate);
            return new Rights(subject, certificate, NameOf(certificate), refusals, trust);
        }
    }

    // Looked at with each call, so that the connection of one that is revoked is good for nothing from then on.
    private sealed class Rights(CertificateSubject? subject, X509Certificate2? certificate, string name, Refusals refusals, TrustBoard trust) : ICallerRights
    {
        public bool Allows(GrainInterfaceType interfaceType, string methodName, GrainId target)
        {
            if (CallTable.Allows(subject, interfaceType.ToString(), methodName, target.Type.ToString(), target.Key.ToString(), certificate is not null && trust.IsRevoked(certificate))) return true;
            refusals.Note(name, $"call {interfaceType}.{methodName} of {target}", "call");
            return false;
        }
    }
#endif
}
