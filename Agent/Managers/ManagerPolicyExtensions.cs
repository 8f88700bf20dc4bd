#if !ORLEANS_PACKAGES
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Connections.Security;
#endif

namespace Warren.Agent.Managers;

/// <summary>Has a worker's connections looked at again while they are open.</summary>
internal static class ManagerPolicyExtensions
{
    /// <summary>Closes connections to managers of which the worker hears that they were revoked. The official packages look at certificates at the handshake alone.</summary>
    public static IClientBuilder AddManagerPolicy(this IClientBuilder builder, RevocationList revoked)
    {
#if !ORLEANS_PACKAGES
        builder.Services.AddSingleton<ICallerPolicy>(new Policy(revoked));
#endif
        return builder;
    }

#if !ORLEANS_PACKAGES
    private sealed class Policy(RevocationList revoked) : ICallerPolicy
    {
        // What else a manager has to be was seen at the handshake.
        public bool MayBeSilo(X509Certificate2? certificate) => certificate is null || !revoked.Contains(certificate);

        public ICallerRights? RightsOf(X509Certificate2? certificate) => null;
    }
#endif
}
