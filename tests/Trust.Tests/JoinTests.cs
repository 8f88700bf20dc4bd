using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Security;
using Warren.TestSupport.Certificates;

namespace Warren.Trust.Tests;

/// <summary>Machines that join, and those that must not.</summary>
public sealed class JoinTests(FoundedFixture fixture) : IClassFixture<FoundedFixture>
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly JoinTokenSpec s_worker = new() { Role = NodeRole.Worker };

    private FoundedCluster Founded => fixture.Founded;

    private IClusterGrain Cluster => Founded.Cluster;

    [Fact]
    public async Task Join_ByToken_IsANodeWhoseCertificateNamesItAndNeedsNoTokenAgain()
    {
        var token = await Cluster.CreateTokenAsync(s_worker);
        await using (var worker = Founded.StartWorker("joins", token)) await Founded.Client.UntilReadyAsync(new("joins"));

        var files = Founded.IdentityOf("joins");
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
        CertificateSubject.TryRead(certificate, out var subject).ShouldBeTrue();
        subject.ShouldBe(new CertificateSubject((await Cluster.GetAsync())!.Id, "joins", CertificateRole.Worker));
        (certificate.NotAfter - certificate.NotBefore).TotalDays.ShouldBe(90, tolerance: 0.1);
        File.GetUnixFileMode(files.Key).ShouldBe(OwnerOnly);

        // The same command line starts it again, also when the file of the token is gone by then; so does none.
        await using (var again = Founded.StartWorker("joins", Founded.PathOf("gone"))) await again.ErrorLineAsync("The node joins is registered", s_limit);
        await using (var again = Founded.StartWorker("joins", token: null)) await again.ErrorLineAsync("The node joins is registered", s_limit);
        (await RecordAsync(token)).Uses.ShouldBe(1);
    }

    [Fact]
    public async Task Join_TheFileOfTheTokenIsNotThere_IsRefused()
    {
        await using var worker = Founded.StartWorker("early", Founded.PathOf("gone"));
        await worker.ErrorLineAsync("--token: is neither a file that can be read and holds a token nor a token itself", s_limit);
        (await worker.WaitForExitAsync(s_limit)).ShouldNotBe(0);
    }

    [Fact]
    public async Task Join_AgainWithTheSameKey_GivesAnotherCertificateAndUsesNothingUp()
    {
        var token = await Cluster.CreateTokenAsync(s_worker with { MaxUses = 1 });
        await using (var worker = Founded.StartWorker("twice", token)) await Founded.Client.UntilReadyAsync(new("twice"));
        var files = Founded.IdentityOf("twice");
        var first = await File.ReadAllTextAsync(files.Certificate);
        File.Delete(files.Certificate);
        await using (var worker = Founded.StartWorker("twice", token)) await worker.ErrorLineAsync("The node twice is registered", s_limit);
        (await File.ReadAllTextAsync(files.Certificate)).ShouldNotBe(first);
        (await RecordAsync(token)).Uses.ShouldBe(1);

        // Another machine that says it is the same.
        Directory.Delete(Path.GetDirectoryName(files.Key)!, recursive: true);
        await RefusedAsync("twice", await Cluster.CreateTokenAsync(s_worker), "the node twice has joined with another key");
    }

    /// <summary>What a failing disk leaves of key and certificate: each start says which file it is, and that it is not the manager's fault.</summary>
    [Fact]
    public async Task Join_DamagedKeyOrCertificate_IsNamedAndNotTriedAgain()
    {
        var token = await Cluster.CreateTokenAsync(s_worker);
        await using (var worker = Founded.StartWorker("damaged", token)) await Founded.Client.UntilReadyAsync(new("damaged"));
        var files = Founded.IdentityOf("damaged");
        var certificate = await File.ReadAllBytesAsync(files.Certificate);
        await File.WriteAllBytesAsync(files.Certificate, new byte[100]);
        await RefusedAsync("damaged", token, $"{files.Certificate}: the certificate cannot be read");
        await File.WriteAllBytesAsync(files.Certificate, certificate);
        await File.WriteAllTextAsync(files.Key, "");
        await RefusedAsync("damaged", token, $"{files.Certificate}: the certificate cannot be read");
        File.Delete(files.Certificate);
        await RefusedAsync("damaged", token, $"{files.Key}: holds no key");
    }

    /// <summary>The same of a manager, which has a token in its command line for good.</summary>
    [Fact]
    public async Task Manager_DamagedCertificateAndAToken_NamesIt()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Manager });
        await founded.StopAsync();
        var certificate = founded.IdentityOf("m1").Certificate;
        await File.WriteAllBytesAsync(certificate, new byte[100]);
        var (code, _, errors) = await Warren.TestSupport.Processes.Tool.TryAsync(
            Warren.TestSupport.Clusters.DaemonProgram.Path, "manager", "--data-dir", founded.PathOf("m1"), "--api-socket", founded.PathOf("m1.sock"), "--token", token, "--manager", "127.0.0.1:1");
        code.ShouldBe(2, errors);
        errors.ShouldContain($"{certificate}: the certificate cannot be read");
    }

    [Theory]
    [Attack(AttackRow.ExpiredToken, "expired")]
    [Attack(AttackRow.RevokedToken, "revoked")]
    [Attack(AttackRow.UsedUpToken, "used")]
    [Attack(AttackRow.GuessedToken, "guessed")]
    [InlineData("expired", "expired on")]
    [InlineData("revoked", "was revoked on")]
    [InlineData("rotated", "was revoked on")]
    [InlineData("used", "was good for 1 nodes, and all have joined")]
    [InlineData("guessed", "the cluster knows no such join token")]
    [InlineData("unknown", "the cluster knows no such join token")]
    public async Task Join_ByATokenOfNoUse_IsRefusedAndSaysWhy(string kind, string reason)
    {
        var text = await Cluster.CreateTokenAsync(s_worker with { Lifetime = kind == "expired" ? TimeSpan.FromMilliseconds(1) : null, MaxUses = 1 });
        var token = JoinToken.Parse(text);
        var other = JoinToken.Create(token.Authority);
        switch (kind)
        {
            case "revoked":
                await Cluster.RevokeTokenAsync(token.Id);
                break;
            case "rotated":
                await using (var worker = Founded.StartWorker("rotatednew", await Cluster.RotateTokenAsync(token.Id))) await Founded.Client.UntilReadyAsync(new("rotatednew"));
                break;
            case "used":
                await using (var worker = Founded.StartWorker("usedfirst", text)) await Founded.Client.UntilReadyAsync(new("usedfirst"));
                break;
            case "guessed":
                text = text.Replace(token.Secret, other.Secret, StringComparison.Ordinal);
                break;
            case "unknown":
                text = other.ToText();
                break;
        }

        await RefusedAsync(kind, text, reason);
        File.Exists(Founded.IdentityOf(kind).Certificate).ShouldBeFalse();
        (await Founded.Client.Node(new(kind)).GetAsync()).ShouldBeNull();
    }

    /// <summary>A manager's token in a worker's hands would make a manager of it, and a worker's token must make none.</summary>
    [Fact]
    public async Task Join_AsWhatTheTokenIsNotFor_IsRefused()
    {
        var token = await Cluster.CreateTokenAsync(new() { Role = NodeRole.Manager, MaxUses = 1 });
        await RefusedAsync("upstart", token, "is for a manager, and upstart is to be a worker");
        (await RecordAsync(token)).Uses.ShouldBe(0);
    }

    /// <summary>One shows an authority of his own, the other the right one, with a certificate that is not of it.</summary>
    [Theory]
    [Attack(AttackRow.BetweenWithAnotherAuthority, false)]
    [Attack(AttackRow.BetweenWithTheRightAuthority, true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Join_SomebodyStandsBetween_NothingIsSent(bool showsRightAuthority)
    {
        using var authority = TestAuthority.Create();
        using var certificate = authority.Issue("warren");
        var shown = showsRightAuthority ? (await Cluster.GetAsync())!.Authority : authority.Certificate.ExportCertificatePem();
        await using var impostor = new Impostor(certificate, shown);
        var text = await Cluster.CreateTokenAsync(s_worker);
        await RefusedAsync(showsRightAuthority ? "between2" : "between1", text, "nothing was sent to it", impostor.Port);
        (await impostor.ReceivedAsync(s_limit)).ShouldBeEmpty();
        (await RecordAsync(text)).Uses.ShouldBe(0);
    }

    /// <summary>A worker has a certificate of the right authority, and is still no manager.</summary>
    [Fact]
    [Attack(AttackRow.BetweenWithAWorkersCertificate)]
    public async Task Join_AWorkerStandsBetween_NothingIsSent()
    {
        var token = await Cluster.CreateTokenAsync(s_worker);
        await using (var worker = Founded.StartWorker("traitor", token)) await Founded.Client.UntilReadyAsync(new("traitor"));
        var files = Founded.IdentityOf("traitor");
        using var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        await using var impostor = new Impostor(certificate, (await Cluster.GetAsync())!.Authority);
        await RefusedAsync("between3", token, "nothing was sent to it", impostor.Port);
        (await impostor.ReceivedAsync(s_limit)).ShouldBeEmpty();
    }

    [Fact]
    [Attack(AttackRow.OlderTls)]
    public async Task Join_ByAnOlderTls_IsRefused()
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(Founded.JoinEndpoint);
        await using var stream = new SslStream(connection.GetStream());
        await Should.ThrowAsync<AuthenticationException>(() => stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "warren",
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        }));
    }

    [Fact]
    public async Task Cluster_Made_LeavesNoKeyOfItsAuthorityAndNoSecretOfATokenInTheClear()
    {
        var folder = Founded.PathOf("m1");
        File.Exists(Path.Combine(folder, "identity", "authority.key")).ShouldBeFalse();
        var text = await Cluster.CreateTokenAsync(s_worker);
        var secret = JoinToken.Parse(text).Secret;
        await RefusedAsync("searched", text.Replace(secret, JoinToken.Create(new string('0', 64)).Secret, StringComparison.Ordinal), "no such join token");

        var holders = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)) >= 0);
        holders.ShouldBeEmpty();
        Founded.Lines.ShouldNotContain(line => line.Contains(secret, StringComparison.Ordinal) || line.Contains("PRIVATE KEY", StringComparison.Ordinal));

        // The search would find: what is left for the operator is there, and for him alone.
        var tokens = Path.Combine(folder, "identity", "join-tokens");
        File.GetUnixFileMode(tokens).ShouldBe(OwnerOnly);
        (await File.ReadAllLinesAsync(tokens)).Select(line => line.Split(' ')[0]).ShouldBe(["worker", "manager"]);
    }

    [Fact]
    public async Task Manager_StartedAgain_IsTheSameCluster()
    {
        await using var founded = new FoundedCluster();
        await founded.StartManagerAsync("m9", founded.Endpoint, founded.JoinEndpoint.Port);
        var before = await File.ReadAllTextAsync(founded.IdentityOf("m9").Certificate);
        await founded.StopAsync();
        await founded.StartManagerAsync("m9", founded.Endpoint, founded.JoinEndpoint.Port);
        (await File.ReadAllTextAsync(founded.IdentityOf("m9").Certificate)).ShouldBe(before);
    }

    private async Task<JoinTokenRecord> RecordAsync(string token) =>
        (await Cluster.ListTokensAsync()).Single(record => record.Id == JoinToken.Parse(token).Id);

    private async Task RefusedAsync(string node, string token, string reason, int? joinPort = null)
    {
        await using var worker = Founded.StartWorker(node, token, joinPort);
        await worker.ErrorLineAsync(reason, s_limit);
        (await worker.WaitForExitAsync(s_limit)).ShouldBe(2);
    }
}
