using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Connections.Security;
using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>A silo that goes on, though the others do not take it for one any more.</summary>
public sealed class BarredTests
{
    /// <summary>Each alone could declare the other dead; the one that is barred must not be the one that stays.</summary>
    [Fact]
    public async Task Barred_OneOfTwo_IsDeclaredDeadAndTheOtherServesItsGrains()
    {
        var policy = new Policy();
        await using var cluster = await SiloCluster.StartAsync(new() { Silos = 1, Silo = silo => silo.Services.AddSingleton(Hurried()).AddSingleton<ICallerPolicy>(policy) });
        var stays = cluster.Silos[0];
        var goes = await cluster.StartSiloAsync(static silo => silo.Services.AddSingleton<ICallerPolicy>(new Policy()));
        await cluster.AgreedAsync();
        var counter = cluster.GrainIn<ICounterGrain>(goes);
        (await counter.IncrementAsync()).ShouldBe(1);
        var stopping = goes.Get<IHostApplicationLifetime>().ApplicationStopping;
        var isTold = true;
        using var registration = stopping.Register(() => isTold = goes.DeclaredDead.IsCompleted);

        policy.BarsSilos = true;
        await cluster.DeadAsync(goes);
        await goes.DeclaredDead.WaitAsync(SiloCluster.Patience);

        stopping.IsCancellationRequested.ShouldBeTrue();
        isTold.ShouldBeFalse();
        stays.DeclaredDead.IsCompleted.ShouldBeFalse();
        (await counter.IncrementAsync()).ShouldBe(2);
    }

    private static NetworkOptions Hurried() => new() { KeepAliveInterval = TimeSpan.FromMilliseconds(100), BarredGrace = TimeSpan.FromMilliseconds(200) };

    private sealed class Policy : ICallerPolicy
    {
        public volatile bool BarsSilos;

        public bool MayBeSilo(X509Certificate2? certificate) => !BarsSilos;

        public ICallerRights? RightsOf(X509Certificate2? certificate) => null;
    }
}
