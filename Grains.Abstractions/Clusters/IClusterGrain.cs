using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Nodes;

namespace Warren.Clusters;

/// <summary>The identity of the cluster: its authority, who may join, and who has.</summary>
[Alias("warren.cluster-grain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "cluster";

    /// <summary>Takes the cluster that the first manager has made; stored, the key sealed, on return. Twice the same is once.</summary>
    /// <exception cref="ConflictException">The store is another cluster's.</exception>
    [Alias("EstablishAsync")]
    Task<ClusterRecord> EstablishAsync(ClusterFoundation foundation);

    /// <summary>The cluster; null if its certificates are made elsewhere, so that nobody joins by token.</summary>
    [Alias("GetAsync")]
    Task<ClusterRecord?> GetAsync();

    /// <summary>Makes a token; its hash is stored on return. Each call makes another one.</summary>
    /// <returns>The text of the token, which cannot be had again.</returns>
    /// <exception cref="ValidationException">The spec breaks rules; all problems are named.</exception>
    /// <exception cref="NotFoundException">The cluster's certificates are made elsewhere.</exception>
    [Alias("CreateTokenAsync")]
    Task<string> CreateTokenAsync(JoinTokenSpec spec);

    /// <summary>All tokens that were not forgotten, the oldest first. One that is of no use any more is forgotten 30 days later.</summary>
    [Alias("ListTokensAsync")]
    Task<ImmutableArray<JoinTokenRecord>> ListTokensAsync();

    /// <summary>Makes a token of the same kind, counted anew, and revokes this one.</summary>
    /// <returns>The text of the new one.</returns>
    /// <exception cref="NotFoundException">There is no such token.</exception>
    [Alias("RotateTokenAsync")]
    Task<string> RotateTokenAsync(string id);

    /// <summary>Refuses a token from now on; whoever has joined stays. Doing it twice is doing it once.</summary>
    /// <exception cref="NotFoundException">There is no such token.</exception>
    [Alias("RevokeTokenAsync")]
    Task RevokeTokenAsync(string id);

    /// <summary>
    /// Makes a machine a node: its key is bound to the node id for good, stored on return. Asking again with the same key gives another certificate, and
    /// uses the token up no further.
    /// </summary>
    /// <exception cref="JoinRefusedException">The token is not good, the request is not signed by its key, or the node id is another key's.</exception>
    [Alias("JoinAsync")]
    Task<JoinAnswer> JoinAsync(JoinRequest request);

    /// <summary>Gives an operator a certificate for the public API. Stored, so that it can be revoked, on return.</summary>
    /// <exception cref="ValidationException">The request breaks a rule, or is not signed by its key.</exception>
    /// <exception cref="NotFoundException">The cluster's certificates are made elsewhere.</exception>
    [Alias("IssueClientAsync")]
    Task<ClientCertificate> IssueClientAsync(ClientCertificateRequest request);

    /// <summary>Another certificate for the key of a node that has joined, whom the caller vouches for.</summary>
    /// <param name="node">The node.</param>
    /// <param name="role">What it is. A manager that made the cluster has not joined; its key is bound to it by its first renewal.</param>
    /// <param name="signingRequest">A PKCS #10 request, signed with the node's key. Of the names in it none is taken.</param>
    /// <returns>The certificate as PEM.</returns>
    /// <exception cref="JoinRefusedException">The worker never joined, or the node has another key or role.</exception>
    /// <exception cref="NotFoundException">The cluster's certificates are made elsewhere.</exception>
    [Alias("RenewAsync")]
    Task<string> RenewAsync(NodeId node, NodeRole role, ReadOnlyMemory<byte> signingRequest);

    /// <summary>Whom processes of the cluster trust.</summary>
    [Alias("GetTrustAsync"), AlwaysInterleave]
    Task<TrustRecord> GetTrustAsync();

    /// <summary>A manager wants to be told of changes for the next half minute; called again and again. Costs no write.</summary>
    /// <returns>The present state.</returns>
    [Alias("WatchTrustAsync"), AlwaysInterleave]
    Task<TrustRecord> WatchTrustAsync(ITrustWatcher watcher);

    /// <summary>
    /// A node or manager says how far it has followed, stored on return together with what others say within a moment. A step that it is the last to do brings
    /// the rotation on. Doing it twice is doing it once.
    /// </summary>
    /// <returns>What it has to follow. Without <see cref="TrustRecord.Revoked"/>.</returns>
    [Alias("ReportTrustAsync"), AlwaysInterleave]
    Task<TrustRecord> ReportTrustAsync(NodeId node, TrustReport report);

    /// <summary>The authority, and how far its rotation is.</summary>
    /// <exception cref="NotFoundException">The cluster's certificates are made elsewhere.</exception>
    [Alias("GetAuthorityAsync")]
    Task<AuthorityRecord> GetAuthorityAsync();

    /// <summary>Makes another authority, stored sealed on return; what follows goes on by itself, whatever manager dies. During a rotation: nothing.</summary>
    /// <exception cref="NotFoundException">The cluster's certificates are made elsewhere.</exception>
    [Alias("RotateAuthorityAsync")]
    Task<AuthorityRecord> RotateAuthorityAsync();

    /// <summary>Ends the step of the rotation without those who have not done it; they come back by a new token only.</summary>
    /// <param name="step">The step that is to end; if it has ended meanwhile, nothing happens.</param>
    /// <exception cref="NotFoundException">The cluster's certificates are made elsewhere.</exception>
    [Alias("LeaveBehindAsync")]
    Task<AuthorityRecord> LeaveBehindAsync(RotationStep step);

    /// <summary>The certificates that have not ended: those of clients, then of nodes and managers.</summary>
    [Alias("ListCertificatesAsync")]
    Task<ImmutableArray<CertificateRecord>> ListCertificatesAsync();

    /// <summary>
    /// Refuses a client's certificate, or all that a manager has. On return it is stored, and each manager in reach refuses it; the others do once they have
    /// heard. Doing it twice is doing it once.
    /// </summary>
    /// <param name="name">The number of the certificate, or the id of the manager.</param>
    /// <exception cref="NotFoundException">There is no such certificate, or it has ended.</exception>
    /// <exception cref="ConflictException">It is a worker's, which is removed as a node.</exception>
    [Alias("RevokeCertificateAsync")]
    Task<CertificateRecord> RevokeCertificateAsync(string name);

    /// <summary>A node was removed: its certificates are refused, as by <see cref="RevokeCertificateAsync"/>, and its id joins no more.</summary>
    [Alias("DismissAsync")]
    Task DismissAsync(NodeId node);
}
