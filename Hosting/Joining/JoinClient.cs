using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Hosting.Managers;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Hosting.Joining;

/// <summary>A machine joins a cluster.</summary>
public static class JoinClient
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks one manager, and keeps what it gives. Nothing is said before the manager has proved that it is one of the cluster whose authority the token names.
    /// </summary>
    /// <param name="manager">Where the manager lets machines join.</param>
    /// <param name="token">The token.</param>
    /// <param name="role">What to join as.</param>
    /// <param name="node">The id to take.</param>
    /// <param name="folder">Has the key, or gets it, and gets the certificate.</param>
    /// <param name="keepDataKey">Of one that is to be a manager: keeps the key of the key file, durably, before it has its certificate.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JoinRefusedException">The manager is not of the cluster, or refuses the machine: trying again helps nothing.</exception>
    /// <exception cref="InvalidDataException">The file of the key holds none.</exception>
    /// <exception cref="IOException">The manager cannot be reached, or the connection broke: another time may do.</exception>
    public static async Task JoinAsync(
        ManagerAddress manager,
        JoinToken token,
        NodeRole role,
        NodeId node,
        IdentityFolder folder,
        Action<ReadOnlySpan<byte>>? keepDataKey,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        // A key that is damaged is no fault of the manager's, and does not mend by trying again.
        if (File.Exists(folder.Files.Key)) folder.EnsureKey().Dispose();
        using var limit = new CancellationTokenSource(s_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(manager.Host, manager.Port, either.Token);
            var (certificate, authority, dataKey) = await AskAsync(socket.GetStream(), manager.ToString(), token, role, node, folder, time, either.Token);
            if (keepDataKey is not null) keepDataKey(dataKey ?? throw new InvalidDataException("it gave no data key"));
            folder.Save(certificate, authority);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{manager} did not answer within {s_limit.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is SocketException or AuthenticationException or InvalidDataException)
        {
            throw new IOException($"{manager} is not reached for joining: {failure.Message}", failure);
        }
    }

    private static async Task<(string Certificate, string Authority, byte[]? DataKey)> AskAsync(
        Stream connection, string place, JoinToken token, NodeRole role, NodeId node, IdentityFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        X509Certificate2? shown = null;
        try
        {
            await using var stream = new SslStream(connection);
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = RoleHost.ServiceId,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    // Whose it is can be judged only with the authority, which comes next; before that nothing is sent.
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                        return shown is not null;
                    },
                },
                cancellationToken);
            var first = await JoinChannel.ReceiveAsync(stream, cancellationToken);
            Check(first, shown!, token, place, time);
            using var key = folder.EnsureKey();
            var request = folder.CreateSigningRequest($"CN={node}");
            await JoinChannel.SendAsync(stream, new() { Token = token.ToText(), Node = node.Value, Role = role.ToString().ToLowerInvariant(), Request = request }, cancellationToken);
            var answer = await JoinChannel.ReceiveAsync(stream, cancellationToken);
            if (answer.Refusal is { } refusal) throw new JoinRefusedException(refusal) { IsNodeRemoved = answer.IsNodeRemoved };
            return (Checked(answer.Certificate, key, place), answer.Authority ?? first.Authority!, answer.DataKey);
        }
        finally
        {
            shown?.Dispose();
        }
    }

    private static void Check(JoinMessage first, X509Certificate2 shown, JoinToken token, string place, TimeProvider time)
    {
        using var authority = Parse(first.Authority, place);
        if (JoinToken.DigestOf(authority.RawData) is var digest && digest != token.Authority && first.Former?.Contains(token.Authority) == true)
            throw new JoinRefusedException($"{place} says that its cluster's authority was rotated since the token was made: ask for another token; nothing was sent to it");
        if (digest != token.Authority && first.Others?.Contains(token.Authority) == true)
            throw new InvalidDataException("it has not got its certificate of the cluster's new authority yet");
        if (digest != token.Authority)
            throw new JoinRefusedException($"{place} belongs to another cluster than the token, or somebody stands between: nothing was sent to it");
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        var isTrusted = chain.Build(shown);
        if (!isTrusted && chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) == X509ChainStatusFlags.NotTimeValid)
            throw new InvalidDataException($"its certificate is good from {Text(shown.NotBefore)} to {Text(shown.NotAfter)}, and it is {Text(time.GetUtcNow().UtcDateTime)} here: set the clock");
        if (!isTrusted || !CertificateSubject.TryRead(shown, out var subject) || subject.Role != CertificateRole.Manager)
            throw new JoinRefusedException($"{place} shows no certificate of a manager of the token's cluster, so somebody stands between: nothing was sent to it");
    }

    private static string Checked(string? pem, ECDsa key, string place)
    {
        using var certificate = Parse(pem, place);
        using var its = certificate.GetECDsaPublicKey();
        if (its is null || !its.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            throw new InvalidDataException("the certificate that it gave is for another key");
        return certificate.ExportCertificatePem();
    }

    private static X509Certificate2 Parse(string? pem, string place)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem ?? "");
        }
        catch (CryptographicException failure)
        {
            throw new InvalidDataException($"{place} gave no certificate: {failure.Message}", failure);
        }
    }

    private static string Text(DateTime at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
