using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Warren.Clusters;
using Warren.Grains.Objects;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>The cluster's identity.</summary>
[GrainType("cluster")]
internal sealed partial class ClusterGrain(
    [PersistentState("cluster")] IPersistentState<ClusterState> store, ISecretSealer sealer, IOptions<CertificateOptions> options, TimeProvider time, ILogger<ClusterGrain> logger)
    : Grain, IClusterGrain
{
    private ClusterState _state = new();

    private ClusterRecord Cluster => _state.Cluster
        ?? throw new NotFoundException("this cluster has no authority and no join tokens of its own: its certificates are made elsewhere") { HasNoAuthority = true };

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (store.RecordExists) _state = store.State;
        WatchRotation();
        return Task.CompletedTask;
    }

    public async Task<ClusterRecord> EstablishAsync(ClusterFoundation foundation)
    {
        if (_state.Cluster is { } known)
        {
            if (known.Id == foundation.Id && known.Authority == foundation.Authority) return known;
            throw new ConflictException(
                $"the store is that of cluster {known.Id}, and this manager has just made another one; join it by a manager's token (--token, --manager), or bring back the folder identity of its data folder");
        }

        await WriteAsync(_state with
        {
            Cluster = new() { Id = foundation.Id, Authority = foundation.Authority, CreatedAt = time.GetUtcNow() },
            SealedKey = Issuance.Seal(sealer, 1, foundation.AuthorityKey.Span),
            Nodes = foundation.Manager is { } manager
                ? _state.Nodes.SetItem(manager, new(NodeRole.Manager, SigningRequests.DigestOf(SigningRequests.KeyOf(foundation.SigningRequest)), time.GetUtcNow()))
                : _state.Nodes,
        });
        LogEstablished(foundation.Id, Digest());
        return Cluster;
    }

    public Task<ClusterRecord?> GetAsync() => Task.FromResult(_state.Cluster);

    public async Task<string> CreateTokenAsync(JoinTokenSpec spec)
    {
        _ = Cluster;
        var problems = TokenBook.Validate(spec);
        if (!problems.IsEmpty) throw new ValidationException("join token", problems);
        var token = JoinToken.Create(Digest());
        await WriteAsync(TokenBook.Add(_state, token, spec, time.GetUtcNow()));
        LogTokenMade(token.Id, spec.Role);
        return token.ToText();
    }

    public Task<ImmutableArray<JoinTokenRecord>> ListTokensAsync() => Task.FromResult<ImmutableArray<JoinTokenRecord>>([.. _state.Tokens.Select(token => token.Record)]);

    public async Task<string> RotateTokenAsync(string id)
    {
        var now = time.GetUtcNow();
        var revoked = TokenBook.Revoke(_state, id, now) ?? throw Missing(id);
        var token = JoinToken.Create(Digest());
        await WriteAsync(TokenBook.Add(revoked, token, revoked.Tokens.First(other => other.Record.Id == id).Record.Spec, now));
        LogTokenRevoked(id);
        return token.ToText();
    }

    public async Task RevokeTokenAsync(string id)
    {
        var next = TokenBook.Revoke(_state, id, time.GetUtcNow()) ?? throw Missing(id);
        if (ReferenceEquals(next, _state)) return;
        await WriteAsync(next);
        LogTokenRevoked(id);
    }

    public async Task<JoinAnswer> JoinAsync(JoinRequest request)
    {
        _ = Cluster;
        if (!JoinToken.TryParse(request.Token, null, out var token)) throw Refused(request, $"the token is none: {JoinToken.Rule}");
        PublicKey publicKey;
        try
        {
            publicKey = SigningRequests.KeyOf(request.SigningRequest, request.Node);
        }
        catch (CryptographicException failure)
        {
            throw Refused(request, $"its signing request cannot be used: {failure.Message}");
        }

        var now = time.GetUtcNow();
        var key = SigningRequests.DigestOf(publicKey);
        var (next, refusal) = TokenBook.Join(_state, token, request.Node, request.Role, key, now);
        if (refusal is not null) throw Refused(request, refusal, TokenBook.IsRemoved(_state, request.Node, key));
        var certificate = await IssueAsync(next, publicKey, request.SigningRequest, request.Node, request.Role, now);
        LogJoined(request.Node, request.Role, token.Id);
        return new() { Certificate = certificate, Authority = RotationBook.Trust(_state).ToPem(), Role = request.Role };
    }

    public async Task<string> RenewAsync(NodeId node, NodeRole role, ReadOnlyMemory<byte> signingRequest)
    {
        _ = Cluster;
        PublicKey key;
        try
        {
            key = SigningRequests.KeyOf(signingRequest);
        }
        catch (CryptographicException failure)
        {
            throw Refused(node, $"its signing request cannot be used: {failure.Message}");
        }

        var now = time.GetUtcNow();
        var (next, refusal) = TokenBook.Renew(_state, node, role, SigningRequests.DigestOf(key), now);
        if (refusal is not null) throw Refused(node, refusal);
        var certificate = await IssueAsync(next, key, signingRequest, node, role, now);
        LogRenewed(node, role);
        return certificate;
    }

    public async Task<ClientCertificate> IssueClientAsync(ClientCertificateRequest request)
    {
        var cluster = Cluster;
        var problems = ClientCertificateRules.Validate(request);
        if (!problems.IsEmpty) throw new ValidationException("certificate", problems);
        var key = SigningRequests.KeyOf(request.SigningRequest);
        var pem = Issuance.Issue(_state, sealer, key, new(cluster.Id, request.Name, CertificateRole.Client), time.GetUtcNow(), request.Lifetime);
        using var certificate = X509Certificate2.CreateFromPem(pem);
        await WriteAsync(RevocationBook.Issued(_state, certificate, request.Name, time.GetUtcNow()));
        LogClientIssued(request.Name, certificate.SerialNumber, certificate.NotAfter.ToUniversalTime());
        return new() { Certificate = pem, Authority = RotationBook.Trust(_state).ToPem(), ExpiresAt = certificate.NotAfter.ToUniversalTime() };
    }

    private async Task<string> IssueAsync(ClusterState next, PublicKey key, ReadOnlyMemory<byte> request, NodeId node, NodeRole role, DateTimeOffset now)
    {
        var hosts = role == NodeRole.Manager ? SigningRequests.HostsOf(request) : [];
        var pem = Issuance.Issue(_state, sealer, key, CertificateSubject.Of(Cluster.Id, node, role), now, options.Value.Lifetime, hosts);
        using var certificate = X509Certificate2.CreateFromPem(pem);

        // Before it is given out: what nobody knows of is not refused.
        next = RevocationBook.Issued(next, node, certificate.NotAfter.ToUniversalTime());
        if (!ReferenceEquals(next, _state)) await WriteAsync(next);
        return pem;
    }

    private string Digest() => RotationBook.DigestOf(RotationBook.Issuer(_state).Authority);

    private static NotFoundException Missing(string id) => new($"there is no join token {id}");

    private JoinRefusedException Refused(JoinRequest request, string cause, bool isRemoved = false) => Refused(request.Node, cause, isRemoved);

    private JoinRefusedException Refused(NodeId node, string cause, bool isRemoved = false)
    {
        LogRefused(node, cause);
        return new(cause) { IsNodeRemoved = isRemoved };
    }

    private async Task WriteAsync(ClusterState next)
    {
        await store.WriteAsync(next);
        _state = next;
    }
}
