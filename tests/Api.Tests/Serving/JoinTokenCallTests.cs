using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Api.Tests.Testing;
using Warren.Clusters;
using Warren.Security;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Join tokens and certificates by the API, on a cluster with an authority of its own.</summary>
public sealed class JoinTokenCallTests(ServedManager manager) : IClassFixture<ServedManager>, IAsyncLifetime
{
    private static readonly CertificateAuthority s_authority = CertificateAuthority.Create("c1", TimeProvider.System.GetUtcNow());

    public async Task InitializeAsync() => await manager.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key)
        .EstablishAsync(new() { Id = "c1", Authority = s_authority.Certificate, AuthorityKey = s_authority.ExportKey() });

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Token_FromCreationToRevocation_IsListedWithoutItsSecret()
    {
        var made = await manager.Cluster.CreateJoinTokenAsync(new() { Role = Proto.NodeRole.Manager, Lifetime = Duration.FromTimeSpan(TimeSpan.FromHours(1)), MaxUses = 2 });
        var token = JoinToken.Parse(made.Token);
        (made.Record.Id, made.Record.Role, made.Record.State, made.Record.MaxUses).ShouldBe((token.Id, Proto.NodeRole.Manager, Proto.JoinTokenState.Usable, 2));
        (made.Record.ExpiresAt - made.Record.CreatedAt).ToTimeSpan().ShouldBe(TimeSpan.FromHours(1));

        var listed = await manager.Cluster.ListJoinTokensAsync(new());
        listed.Tokens.ShouldContain(made.Record);
        listed.ToString().ShouldNotContain(token.Secret);

        (await manager.Cluster.RevokeJoinTokenAsync(new() { Id = token.Id })).State.ShouldBe(Proto.JoinTokenState.Revoked);
    }

    [Fact]
    public async Task Token_Default_IsForWorkersForADay()
    {
        var record = (await manager.Cluster.CreateJoinTokenAsync(new())).Record;
        (record.Role, record.HasMaxUses).ShouldBe((Proto.NodeRole.Worker, false));
        (record.ExpiresAt - record.CreatedAt).ToTimeSpan().ShouldBe(TimeSpan.FromHours(24));
        (await manager.Cluster.CreateJoinTokenAsync(new() { NeverExpires = true })).Record.ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public async Task Token_Rotated_IsAnotherOneForTheSame()
    {
        var first = await manager.Cluster.CreateJoinTokenAsync(new() { Role = Proto.NodeRole.Manager });
        var second = await manager.Cluster.RotateJoinTokenAsync(new() { Id = first.Record.Id });
        (second.Record.Role, second.Record.State).ShouldBe((Proto.NodeRole.Manager, Proto.JoinTokenState.Usable));
        second.Token.ShouldNotBe(first.Token);
        (await manager.Cluster.ListJoinTokensAsync(new())).Tokens.Single(token => token.Id == first.Record.Id).State.ShouldBe(Proto.JoinTokenState.Revoked);
    }

    [Fact]
    public async Task Token_WrongFields_AreAllNamed()
    {
        var refusal = await Refusal.OfAsync(async () => await manager.Cluster.CreateJoinTokenAsync(
            new() { Role = (Proto.NodeRole)9, NeverExpires = true, Lifetime = Duration.FromTimeSpan(TimeSpan.FromHours(1)) }));
        (refusal.Code, refusal.Reason).ShouldBe((StatusCode.InvalidArgument, "INVALID"));
        refusal.Violations.Select(violation => violation.Field).Order().ShouldBe(["lifetime", "role"]);
        (await Refusal.OfAsync(async () => await manager.Cluster.RevokeJoinTokenAsync(new() { Id = "nosuchid" }))).Code.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Certificate_Issued_NamesAClientAndTheGivenKeyAndEndsAsAsked()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=manager,OU=manager,O=c1", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var issued = await manager.Cluster.IssueCertificateAsync(
            new() { Name = "ops", SigningRequest = ByteString.CopyFrom(request), Lifetime = Duration.FromTimeSpan(TimeSpan.FromHours(2)) });
        issued.Authority.ShouldBe(s_authority.Certificate);
        using var certificate = X509Certificate2.CreateFromPem(issued.Certificate);
        CertificateSubject.TryRead(certificate, out var subject).ShouldBeTrue();
        subject.ShouldBe(new CertificateSubject("c1", "ops", CertificateRole.Client));
        certificate.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        (certificate.NotAfter - certificate.NotBefore).ShouldBe(TimeSpan.FromHours(2) + CertificateAuthority.ClockSkew);

        var refusal = await Refusal.OfAsync(async () => await manager.Cluster.IssueCertificateAsync(
            new() { Name = "Ops!", SigningRequest = ByteString.CopyFrom(1, 2, 3), Lifetime = Duration.FromTimeSpan(TimeSpan.FromDays(4_000)) }));
        refusal.Violations.Select(violation => violation.Field).Order().ShouldBe(["lifetime", "name", "signingRequest"]);
    }
}
