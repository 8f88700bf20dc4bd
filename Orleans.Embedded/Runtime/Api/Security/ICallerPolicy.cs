using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>
/// Decides what other processes may do, by the certificates that they have proved to own. Registered as a service of a silo. Default: none, so that whoever
/// may connect may do everything.
/// </summary>
public interface ICallerPolicy
{
    /// <summary>Whether a process may be a silo of this cluster; one that says so and may not is refused.</summary>
    /// <param name="certificate">Null: it has shown none.</param>
    bool MayBeSilo(X509Certificate2? certificate);

    /// <summary>What a client may call; asked once for each of its connections.</summary>
    /// <param name="certificate">Null: it has shown none.</param>
    /// <returns>Null: everything.</returns>
    ICallerRights? RightsOf(X509Certificate2? certificate);
}
