using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Nodes;

namespace Warren.Trust.Tests;

/// <summary>What is heard or changed on the way between a machine that joins and the manager.</summary>
public sealed class InterceptionTests(FoundedFixture fixture) : IClassFixture<FoundedFixture>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private FoundedCluster Founded => fixture.Founded;

    private IClusterGrain Cluster => Founded.Cluster;

    [Fact]
    [Attack(AttackRow.WrongDigest)]
    public async Task Join_TheTokenNamesAnotherAuthority_NothingIsSent()
    {
        var text = await TokenAsync();
        var wrong = text.Replace(JoinToken.Parse(text).Authority, new string('0', 64), StringComparison.Ordinal);
        await using var worker = Founded.StartWorker("lost", wrong);
        await worker.ErrorLineAsync("belongs to another cluster than the token, or somebody stands between: nothing was sent to it", s_limit);
        (await worker.WaitForExitAsync(s_limit)).ShouldBe(2);
        (await UsesAsync(text)).ShouldBe(0);
    }

    /// <summary>Who has a manager's key may have nodes of his own. The machine must not take his certificate for its own, and he gets nothing by its key.</summary>
    [Fact]
    [Attack(AttackRow.BetweenWithAnotherRequest)]
    public async Task Join_TheSigningRequestIsAnotherOne_IsNotTakenForTheMachines()
    {
        var files = Founded.IdentityOf("m1");
        using var stolen = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var interceptor = Interceptor.WithAnotherRequest(Founded.JoinEndpoint, stolen, node => JoinWire.Sign(key, node));
        await using var worker = Founded.StartWorker("swapped", await TokenAsync(), interceptor.Port);
        await worker.ErrorLineAsync("the certificate that it gave is for another key", s_limit);
        interceptor.Changed.ShouldBeGreaterThan(0);
        File.Exists(Founded.IdentityOf("swapped").Certificate).ShouldBeFalse();
    }

    [Fact]
    [Attack(AttackRow.BetweenWithAChangedByte)]
    public async Task Join_AByteIsChangedOnTheWay_NobodyJoins()
    {
        var text = await TokenAsync();
        await using var interceptor = Interceptor.WithAChangedByte(Founded.JoinEndpoint);
        await using var worker = Founded.StartWorker("garbled", text, interceptor.Port);
        await worker.ErrorLineAsync("has not joined yet, and goes on trying", s_limit);
        interceptor.Changed.ShouldBeGreaterThan(0);
        File.Exists(Founded.IdentityOf("garbled").Certificate).ShouldBeFalse();
        (await UsesAsync(text)).ShouldBe(0);
    }

    /// <summary>He hears once more what the machine has got, and has not its key.</summary>
    [Fact]
    [Attack(AttackRow.ReplayedRequest)]
    public async Task Join_TheRequestIsSentAgain_GivesTheOwnersCertificateAndUsesNothingUp()
    {
        var text = await TokenAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var heard = JoinWire.Request(text, "heard", JoinWire.Sign(key, "heard"));
        (await JoinWire.AskAsync(Founded.JoinEndpoint, heard))["Certificate"].ShouldNotBeNull();

        var again = await JoinWire.AskAsync(Founded.JoinEndpoint, heard);

        using var certificate = X509Certificate2.CreateFromPem((string)again["Certificate"]!);
        certificate.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        again["DataKey"].ShouldBeNull();
        (await UsesAsync(text)).ShouldBe(1);

        // With a key of his own it is another machine under the same id.
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ((string?)(await JoinWire.AskAsync(Founded.JoinEndpoint, JoinWire.Request(text, "heard", JoinWire.Sign(own, "heard"))))["Refusal"]).ShouldNotBeNull().ShouldContain("has joined with another key");
    }

    /// <summary>It would take an id, and use the token up, for a key that is another node's.</summary>
    [Fact]
    [Attack(AttackRow.ReplayedRequestForAnotherNode)]
    public async Task Join_TheRequestIsSentAgainForAnotherNode_IsRefused()
    {
        var text = await TokenAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = JoinWire.Sign(key, "one");
        (await JoinWire.AskAsync(Founded.JoinEndpoint, JoinWire.Request(text, "one", request)))["Certificate"].ShouldNotBeNull();

        var answer = await JoinWire.AskAsync(Founded.JoinEndpoint, JoinWire.Request(text, "two", request));

        ((string?)answer["Refusal"]).ShouldNotBeNull().ShouldContain("it was made for 'CN=one', and the node is two");
        answer["Certificate"].ShouldBeNull();
        (await UsesAsync(text)).ShouldBe(1);

        // A byte of it is changed, so that its signature is none.
        request[^1] ^= 1;
        ((string?)(await JoinWire.AskAsync(Founded.JoinEndpoint, JoinWire.Request(text, "one", request)))["Refusal"]).ShouldNotBeNull().ShouldContain("its signing request cannot be used");
    }

    private Task<string> TokenAsync() => Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });

    private async Task<int> UsesAsync(string token) => (await Cluster.ListTokensAsync()).Single(record => record.Id == JoinToken.Parse(token).Id).Uses;
}
