using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Security;
using Warren.Silo.Clusters;
using Warren.Silo.Tests.Testing;

namespace Warren.Silo.Tests.Clusters;

public sealed class OwnRevocationTests : IDisposable
{
    // Whatever ends by it sets that of the whole process.
    private readonly int _exitCode = Environment.ExitCode;
    private readonly MovedTime _time = new();
    private readonly TrustBoard _board = new();
    private readonly Life _life = new();
    private readonly X509Certificate2 _own;

    public OwnRevocationTests()
    {
        using var authority = CertificateAuthority.Create("c1", _time.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _own = X509Certificate2.CreateFromPem(authority.Issue(new(key), new("c1", "m1", CertificateRole.Manager), _time.GetUtcNow(), TimeSpan.FromDays(1)));
    }

    public void Dispose()
    {
        Environment.ExitCode = _exitCode;
        _own.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Manager_RevokedBeforeItStartsOrLater_EndsAfterItsGrace(bool isBefore)
    {
        using var revocation = new OwnRevocation(_board, new Identity(_own), _life, _time, NullLogger<OwnRevocation>.Instance);
        if (isBefore) Revoke();
        await revocation.StartAsync(default);
        if (!isBefore) Revoke();
        _life.IsStopping.ShouldBeFalse();

        _time.Advance(TrustRecord.AskInterval + TimeSpan.FromSeconds(3));

        (_life.IsStopping, Environment.ExitCode).ShouldBe((true, OwnRevocation.ExitCode));
        await revocation.StopAsync(default);
    }

    [Fact]
    public async Task Manager_NotRevoked_GoesOn()
    {
        using var revocation = new OwnRevocation(_board, new Identity(_own), _life, _time, NullLogger<OwnRevocation>.Instance);
        await revocation.StartAsync(default);
        _time.Advance(TimeSpan.FromHours(1));
        _life.IsStopping.ShouldBeFalse();
        await revocation.StopAsync(default);
    }

    private void Revoke() => _board.Take(new() { Version = 1, Revoked = [new(CertificateRole.Manager, "m1", null, _time.GetUtcNow() + TimeSpan.FromDays(1))] });

    private sealed class Identity(X509Certificate2 own) : ICertificateProvider
    {
        public X509Certificate2 Own => own;

        public bool IsTrusted(X509Certificate2 certificate) => true;
    }

    private sealed class Life : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public bool IsStopping { get; private set; }

        public void StopApplication() => IsStopping = true;
    }
}
