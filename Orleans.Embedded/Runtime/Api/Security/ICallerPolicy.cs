using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>
/// Decides what other processes may do, by the certificates that they have proved to own. Registered as a service of a silo, or of a client, which asks it
/// of silos. Default: none, so that whoever
/// may connect may do everything.
/// </summary>
public interface ICallerPolicy
{
    /// <summary>Whether a process may be a silo of this cluster; one that says so and may not is refused.</summary>
    /// <param name="certificate">Null: it has shown none.</param>
    /// <remarks>Asked again every few seconds while the process is connected: one that may no longer be a silo is declared dead some seconds later.</remarks>
    bool MayBeSilo(X509Certificate2? certificate);

    /// <summary>Whether a client may stay connected; asked every few seconds. One that may not is cut off some seconds later. Default: it may.</summary>
    /// <param name="certificate">Null: it has shown none.</param>
    bool MayStay(X509Certificate2? certificate) => true;

    /// <summary>What a client may call; asked once for each of its connections.</summary>
    /// <param name="certificate">Null: it has shown none.</param>
    /// <returns>Null: everything.</returns>
    ICallerRights? RightsOf(X509Certificate2? certificate);
}
