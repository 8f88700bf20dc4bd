using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Hosting.Joining;

/// <summary>The manager's side of one machine's joining.</summary>
public static class JoinServer
{
    /// <summary>Answers one connection: TLS 1.3 by the manager's certificate, none of the machine's, which has none yet.</summary>
    /// <param name="connection">The bytes.</param>
    /// <param name="certificates">The manager's certificate.</param>
    /// <param name="trust">The cluster's authorities.</param>
    /// <param name="join">Asks the cluster.</param>
    /// <param name="keyFor">The key of the key file, which a machine that joins as manager gets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="AuthenticationException">The other side speaks no TLS 1.3, or does not trust this one.</exception>
    /// <exception cref="InvalidDataException">The other side does not know how to join.</exception>
    public static async Task ServeAsync(
        Stream connection,
        ICertificateProvider certificates,
        TrustRecord trust,
        Func<JoinRequest, Task<JoinAnswer>> join,
        Func<NodeId, Task<byte[]>> keyFor,
        CancellationToken cancellationToken)
    {
        // One and the same, also when it is replaced meanwhile: the machine checks one by the other.
        var own = certificates.Own;
        await using var stream = new SslStream(connection);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = own, EnabledSslProtocols = SslProtocols.Tls13, AllowRenegotiation = false }, cancellationToken);
        await JoinChannel.SendAsync(stream, Introduce(own, trust), cancellationToken);
        var asked = await JoinChannel.ReceiveAsync(stream, cancellationToken);
        await JoinChannel.SendAsync(stream, await AnswerAsync(asked, join, keyFor), cancellationToken);
        await stream.ShutdownAsync();
    }

    private static JoinMessage Introduce(X509Certificate2 own, TrustRecord trust)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(trust.ToPem());
        var issuer = CertificateAuthority.IssuerOf(own, authorities) ?? throw new InvalidDataException("this manager's certificate is of none of the cluster's authorities");
        return new()
        {
            Authority = issuer.ExportCertificatePem(),
            Former = [.. trust.Former],
            Others = [.. authorities.Select(authority => JoinToken.DigestOf(authority.RawData)).Where(digest => digest != JoinToken.DigestOf(issuer.RawData))],
        };
    }

    private static async Task<JoinMessage> AnswerAsync(JoinMessage asked, Func<JoinRequest, Task<JoinAnswer>> join, Func<NodeId, Task<byte[]>> keyFor)
    {
        NodeRole? role = asked.Role switch { "worker" => NodeRole.Worker, "manager" => NodeRole.Manager, _ => null };
        if (role is null || asked is not { Token: { } token, Request: { } request } || !NodeId.TryParse(asked.Node, out var node))
            return new() { Refusal = $"the request must have a token, a role (worker, manager), a signing request and a node id ({NodeId.Rule})" };
        try
        {
            var answer = await join(new() { Token = token, Node = node, Role = role.Value, SigningRequest = request });
            return new()
            {
                Certificate = answer.Certificate,
                Authority = answer.Authority,
                DataKey = answer.Role == NodeRole.Manager ? await keyFor(node) : null,
            };
        }
        catch (Exception refusal) when (refusal is JoinRefusedException or NotFoundException)
        {
            return new() { Refusal = refusal.Message, IsNodeRemoved = refusal is JoinRefusedException { IsNodeRemoved: true } };
        }
    }
}
