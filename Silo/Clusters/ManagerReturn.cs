using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Orleans.Storage;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Hosting.Identities;
using Warren.Nodes;
using Warren.Security;
using Warren.Silo.Secrets;
using Warren.Silo.Stores;

namespace Warren.Silo.Clusters;

/// <summary>
/// A manager of several whose certificate has ended, before its silo starts: it gives itself another one if <see cref="ReturnDecision"/> says so. Managers that do so at
/// once write the state of the cluster one after the other, by comparing its version.
/// </summary>
/// <param name="folder">Has the key and the certificate that has ended.</param>
/// <param name="keys">Opens the authority's key.</param>
/// <param name="members">The membership table.</param>
/// <param name="states">The states of grains.</param>
/// <param name="storeClock">The time by the store's clock.</param>
/// <param name="endpoint">Where this manager listens, so that it does not take its own row for another's.</param>
/// <param name="lifetime">How long the certificate is good.</param>
/// <param name="time">The clock.</param>
internal sealed class ManagerReturn(
    IdentityFolder folder, ClusterKeys keys, IMembershipTable members, IGrainStorage states, Func<Task<DateTimeOffset>> storeClock, IPEndPoint endpoint, TimeSpan lifetime, TimeProvider time)
{
    private const string StateName = "cluster";

    private static readonly GrainId s_row = GrainId.Create("cluster", IClusterGrain.Key);

    /// <summary>Gives this manager another certificate, or says why not.</summary>
    /// <exception cref="IOException">The key file does not open the data key.</exception>
    /// <exception cref="StoreException">The store does not answer, or refuses.</exception>
    public async Task<ReturnPlan> RunAsync(CancellationToken cancellationToken)
    {
        // Once: whoever comes up while this one tries again does so by the same rule.
        var others = Others((await members.ReadAll()).Members);
        var ahead = await storeClock() - time.GetUtcNow();
        var board = new TrustBoard();
        TrustWatcher.Restore(folder, board);
        using var ended = X509CertificateLoader.LoadCertificateFromFile(folder.Files.Certificate);
        var request = folder.CreateSigningRequest();
        var key = SigningRequests.KeyOf(request);
        var node = folder.EnsureNode('m');
        while (true)
        {
            var (stored, now) = (new GrainState<ClusterState>(), time.GetUtcNow());
            await states.ReadStateAsync(StateName, s_row, stored, cancellationToken);
            var plan = ReturnDecision.Compute(new()
            {
                State = stored.State ?? new(),
                Cluster = CertificateSubject.TryRead(ended, out var subject) ? subject.Cluster : null,
                Node = node,
                Key = SigningRequests.DigestOf(key),
                HasHeardOfRevocation = board.IsRevoked(ended),
                Others = others,
                Now = now,
                StoreNow = now + ahead,
            });
            if (plan.Next is not { } next) return plan;
            if (!await keys.TryUnlockAsync(cancellationToken)) return ReturnPlan.Ask("the store has no data key");
            var pem = Issuance.Issue(next, keys, key, CertificateSubject.Of(next.Cluster!.Id, node, NodeRole.Manager), now, lifetime, SigningRequests.HostsOf(request));
            using var issued = X509Certificate2.CreateFromPem(pem);

            // Before it is shown to anyone: what nobody knows of is not refused.
            stored.State = RevocationBook.Issued(next, node, issued.NotAfter.ToUniversalTime());
            try
            {
                await states.WriteStateAsync(StateName, s_row, stored, cancellationToken);
            }
            catch (InconsistentStateException)
            {
                // Another manager was first; what it has written counts.
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            folder.Save(pem, RotationBook.Trust(next).ToPem());
            return plan;
        }
    }

    private ImmutableArray<MemberSign> Others(IEnumerable<Tuple<MembershipEntry, string>> rows) =>
    [
        .. from row in rows
        let entry = row.Item1
        where entry.Status != SiloStatus.Dead && !entry.SiloAddress.Endpoint.Equals(endpoint)
        let at = entry.IAmAliveTime > entry.StartTime ? entry.IAmAliveTime : entry.StartTime
        select new MemberSign(entry.SiloName, entry.SiloAddress.Endpoint.ToString(), new(at, TimeSpan.Zero)),
    ];
}
