using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Warren.Api.Tests.Testing;
using Warren.Grains.Clusters;
using Warren.Security;
using Warren.Silo.Api.Hosting;

namespace Warren.Api.Tests.Serving;

/// <summary>What ends a call that lasts, and what its caller is told.</summary>
public sealed class CallEndingTests : IDisposable
{
    private readonly ApiLifetime _api = new();
    private readonly TrustBoard _board = new();
    private readonly CancellationTokenSource _caller = new();
    private readonly X509Certificate2 _certificate = Issue();
    private readonly CertificateLife _life;

    public CallEndingTests() => _life = new(_certificate, _board, TimeProvider.System);

    public void Dispose()
    {
        _life.Dispose();
        _certificate.Dispose();
        _caller.Dispose();
        _api.Dispose();
    }

    [Fact]
    public void Call_NothingHappens_GoesOn()
    {
        using var ending = new CallEnding(Context(_life), _api);
        ending.Token.IsCancellationRequested.ShouldBeFalse();
        ending.Status.ShouldBeNull();
        CallEnding.Of(Context(_life)).ShouldBeSameAs(_life);
        CallEnding.Of(Context(null)).ShouldBeNull();
    }

    [Fact]
    public async Task Call_CallerLeaves_EndsWithNothingToTell()
    {
        using var ending = new CallEnding(Context(_life), _api);
        await _caller.CancelAsync();
        ending.Token.IsCancellationRequested.ShouldBeTrue();
        ending.Status.ShouldBeNull();
    }

    [Fact]
    public async Task Call_ManagerStops_EndsAsUnavailable()
    {
        using var ending = new CallEnding(Context(null), _api);
        await _api.StopAsync();
        ending.Token.IsCancellationRequested.ShouldBeTrue();
        ending.Status!.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    /// <summary>Also when the manager stops as well: going on at another one would not help.</summary>
    [Fact]
    public async Task Call_CertificateIsRevoked_EndsAsUnauthenticatedWithTheReason()
    {
        using var ending = new CallEnding(Context(_life), _api);
        Revoke();
        ending.Token.IsCancellationRequested.ShouldBeTrue();
        await _api.StopAsync();
        ending.Status!.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        ending.Status.Status.Detail.ShouldBe("the certificate was revoked; have another one issued");
    }

    [Fact]
    public void Call_CertificateWasRevokedBefore_HasEndedFromTheBeginning()
    {
        Revoke();
        using var ending = new CallEnding(Context(_life), _api);
        ending.Token.IsCancellationRequested.ShouldBeTrue();
        ending.Status!.StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public void Call_EndsByItself_TellsNothing()
    {
        using var ending = new CallEnding(Context(_life), _api);
        ending.Source.Cancel();
        ending.Token.IsCancellationRequested.ShouldBeTrue();
        ending.Status.ShouldBeNull();
    }

    private void Revoke() => _board.Take(new() { Version = 1, Revoked = [new(CertificateRole.Client, "alice", null, DateTimeOffset.MaxValue)] });

    private FakeContext Context(CertificateLife? life)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IConnectionItemsFeature>(new Items(life));
        return new(http, _caller.Token);
    }

    private static X509Certificate2 Issue()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authority = CertificateAuthority.Create("c1", now);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return X509Certificate2.CreateFromPem(authority.Issue(new(key), new("c1", "alice", CertificateRole.Client), now, TimeSpan.FromDays(1)));
    }

    private sealed class Items : IConnectionItemsFeature
    {
        public Items(CertificateLife? life)
        {
            if (life is not null) Values[typeof(CertificateLife)] = life;
        }

        public Dictionary<object, object?> Values { get; } = [];

        IDictionary<object, object?> IConnectionItemsFeature.Items
        {
            get => Values;
            set => throw new NotSupportedException();
        }
    }
}
