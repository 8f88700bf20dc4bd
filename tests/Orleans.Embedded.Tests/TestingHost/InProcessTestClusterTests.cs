using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;
using Orleans.TestingHost;

namespace Orleans.Embedded.Tests.TestingHost;

/// <summary>The test cluster does to silos what it says, and its silos bear it.</summary>
public sealed class InProcessTestClusterTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Deploy_ThreeSilos_GrainsLiveOnAllOfThem()
    {
        await using var cluster = await DeployAsync(3);

        var places = await PlacesAsync(cluster, 60);

        places.Distinct().Order().ShouldBe(["Silo_0", "Silo_1", "Silo_2"]);
        cluster.Silos.Select(silo => silo.Name).Order().ShouldBe(["Silo_0", "Silo_1", "Silo_2"]);
        cluster.GetSiloForAddress(cluster.Silos[1].SiloAddress).ShouldBe(cluster.Silos[1]);
    }

    [Fact]
    public async Task StartAdditionalSilo_Joined_TakesItsShareAndNoCallFails()
    {
        await using var cluster = await DeployAsync(1);
        await using var load = new Load(cluster);

        var added = await cluster.StartAdditionalSiloAsync();
        await cluster.WaitForLivenessToStabilizeAsync();

        (await PlacesAsync(cluster, 60)).ShouldContain(added.Name);
        await load.EndAsync();
        load.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task StopSilo_UnderLoad_NoCallFails()
    {
        await using var cluster = await DeployAsync(3);
        await using var load = new Load(cluster);

        await cluster.StopSiloAsync(cluster.Silos[1]);
        await cluster.WaitForLivenessToStabilizeAsync();

        (await PlacesAsync(cluster, 60)).Distinct().Count().ShouldBe(2);
        await load.EndAsync();
        load.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task KillSilo_OthersFindOut_AndItsGrainsAnswerElsewhere()
    {
        await using var cluster = await DeployAsync(3);
        await PlacesAsync(cluster, 60);
        var killed = cluster.Silos[0];

        await cluster.KillSiloAsync(killed);
        killed.IsActive.ShouldBeFalse();
        await cluster.WaitForLivenessToStabilizeAsync(didKill: true);

        (await PlacesAsync(cluster, 60)).ShouldNotContain(killed.Name);
        Oracle(cluster.Silos[0]).GetApproximateSiloStatus(killed.SiloAddress).ShouldBe(SiloStatus.Dead);
    }

    [Fact]
    public async Task RestartSilo_SameEndpoint_LaterGeneration()
    {
        await using var cluster = await DeployAsync(2);
        var before = cluster.Silos[1];

        var after = await cluster.RestartSiloAsync(before);
        await cluster.WaitForLivenessToStabilizeAsync();

        after!.Name.ShouldBe(before.Name);
        before.SiloAddress.IsPredecessorOf(after.SiloAddress).ShouldBeTrue();
        (await PlacesAsync(cluster, 60)).ShouldContain(after.Name);
    }

    [Fact]
    public async Task Pause_ShorterThanPatience_CallsWaitAndNobodyIsDeclaredDead()
    {
        await using var cluster = await DeployAsync(3);
        var paused = cluster.Silos[2];
        var there = await GrainOnAsync(cluster, paused);

        cluster.Faults.Pause(paused);
        var call = there.AddAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(1));
        call.IsCompleted.ShouldBeFalse();
        cluster.Faults.Resume(paused);

        (await call.WaitAsync(s_patience)).ShouldBe(1);
        cluster.Silos.ShouldAllBe(silo => Oracle(silo).GetActiveSilos().Length == 3);
    }

    [Fact]
    public async Task Pause_LongerThanPatience_TheSiloIsDeclaredDeadAndStopsWhenItGoesOn()
    {
        await using var cluster = await DeployAsync(3, silo => silo.Configure<ClusterMembershipOptions>(options => options.ProbeTimeout = TimeSpan.FromMilliseconds(300)));
        var paused = cluster.Silos[2];
        var stopping = paused.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stopping.Register(stopped.SetResult);

        cluster.Faults.Pause(paused);
        await ViewWaiter.WaitAsync(
            [.. cluster.Silos.Where(silo => silo != paused).Select(silo => (silo.Name, silo.ServiceProvider))],
            [.. cluster.Silos.Where(silo => silo != paused).Select(silo => silo.SiloAddress)],
            s_patience);
        stopped.Task.IsCompleted.ShouldBeFalse();
        cluster.Faults.Resume(paused);

        await stopped.Task.WaitAsync(s_patience);
        await cluster.KillSiloAsync(paused);
        await cluster.WaitForLivenessToStabilizeAsync();
        (await PlacesAsync(cluster, 60)).ShouldNotContain(paused.Name);
    }

    [Fact]
    public async Task Partition_OfTheClientFromOneSilo_HoldsItsCallsUntilItHeals()
    {
        await using var cluster = await DeployAsync(2);
        var far = cluster.Silos[1];
        var there = await GrainOnAsync(cluster, far);
        var here = await GrainOnAsync(cluster, cluster.Silos[0]);

        cluster.Faults.Partition(far.Name, ClusterFaults.Client);
        var call = there.AddAsync(5);
        (await here.AddAsync(1).WaitAsync(s_patience)).ShouldBe(1);
        call.IsCompleted.ShouldBeFalse();
        cluster.Faults.Heal(far.Name, ClusterFaults.Client);

        (await call.WaitAsync(s_patience)).ShouldBe(5);
    }

    [Fact]
    public async Task Delay_OfALink_TakesAtLeastThatLong()
    {
        await using var cluster = await DeployAsync(1);
        var grain = cluster.Client.GetGrain<IPlaceGrain>("slow");
        await grain.AddAsync(1);
        var delay = TimeSpan.FromMilliseconds(200);

        cluster.Faults.Delay(ClusterFaults.Client, cluster.Silos[0].Name, delay);
        var start = TimeProvider.System.GetTimestamp();
        await grain.AddAsync(1);

        TimeProvider.System.GetElapsedTime(start).ShouldBeGreaterThanOrEqualTo(delay - TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Cut_OfALink_NextCallsSucceed()
    {
        await using var cluster = await DeployAsync(1);
        var grain = cluster.Client.GetGrain<IPlaceGrain>("cut");
        (await grain.AddAsync(1)).ShouldBe(1);

        cluster.Faults.Cut(ClusterFaults.Client, cluster.Silos[0].Name);

        await CallUntilAnsweredAsync(grain);
    }

    [Fact]
    public async Task UseTls_OnAllProcesses_CallsAreEncryptedAndOthersAreRefused()
    {
        using var authority = new TestCertificates();
        var certificate = authority.Issue("all");
        await using var cluster = new InProcessTestClusterBuilder(2)
            .ConfigureSilo((_, silo) => silo.UseTls(certificate, Trust))
            .ConfigureClient(client => client.UseTls(certificate, Trust))
            .Build();
        await cluster.DeployAsync();

        (await PlacesAsync(cluster, 20)).Distinct().Count().ShouldBe(2);
        cluster.Silos[0].ServiceProvider.GetRequiredService<ConnectionManager>().Connections
            .ShouldAllBe(connection => connection.Remote.Certificate!.Subject == "CN=all");
        cluster.Options.ClientHostConfigurationDelegates.Clear();
        await Should.ThrowAsync<SiloUnavailableException>(cluster.InitializeClientAsync);

        void Trust(Orleans.Connections.Security.TlsOptions options)
        {
            options.RemoteCertificateValidation = authority.IsTrusted;
            options.OnAuthenticateAsClient = static (_, handshake) => handshake.TargetHost = TestCertificates.HostName;
        }
    }

    [Fact]
    public async Task KillClient_SilosForgetIt_AndANewOneConnects()
    {
        await using var cluster = await DeployAsync(1);
        await cluster.Client.GetGrain<IPlaceGrain>("a").AddAsync(1);
        await cluster.KillClientAsync();
        Should.Throw<InvalidOperationException>(() => cluster.Client);

        await cluster.InitializeClientAsync();

        (await cluster.Client.GetGrain<IPlaceGrain>("a").AddAsync(1)).ShouldBe(2);
    }

    [Fact]
    public async Task Dispose_WithPausedSilo_Ends()
    {
        var cluster = await DeployAsync(3);
        cluster.Faults.Pause(cluster.Silos[0]);

        await cluster.DisposeAsync().AsTask().WaitAsync(s_patience);

        cluster.Silos.ShouldBeEmpty();
    }

    private static async Task<InProcessTestCluster> DeployAsync(short silos, Action<ISiloBuilder>? configure = null)
    {
        var cluster = new InProcessTestClusterBuilder(silos).ConfigureSilo((_, silo) => configure?.Invoke(silo)).Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static async Task<string[]> PlacesAsync(InProcessTestCluster cluster, int grains) =>
        await Task.WhenAll(Enumerable.Range(0, grains).Select(i => cluster.Client.GetGrain<IPlaceGrain>($"{i}").WhereAsync())).WaitAsync(s_patience);

    private static async Task<IPlaceGrain> GrainOnAsync(InProcessTestCluster cluster, InProcessSiloHandle silo)
    {
        for (var i = 0; ; i++)
        {
            var grain = cluster.Client.GetGrain<IPlaceGrain>($"on-{silo.Name}-{i}");
            if (await grain.WhereAsync() == silo.Name) return grain;
        }
    }

    private static async Task CallUntilAnsweredAsync(IPlaceGrain grain)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await grain.AddAsync(1);
                return;
            }
            catch (SiloUnavailableException) when (i < 5)
            {
                // The call was under way when the link was cut.
            }
        }
    }

    private static ISiloStatusOracle Oracle(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<ISiloStatusOracle>();

    /// <summary>Calls of eight callers to changing grains, one after the other.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _callers;

        public Load(InProcessTestCluster cluster) => _callers = Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(() => CallAsync(cluster.Client, caller))));

        public List<Exception> Failures { get; } = [];

        public async Task EndAsync()
        {
            await _end.CancelAsync();
            await _callers.WaitAsync(s_patience);
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _end.Dispose();
        }

        private async Task CallAsync(IClusterClient client, int caller)
        {
            for (var i = 0; !_end.IsCancellationRequested; i++)
            {
                try
                {
                    await client.GetGrain<IPlaceGrain>($"load-{(caller * 7) + (i % 40)}").AddAsync(1);
                }
                catch (Exception exception)
                {
                    lock (Failures) Failures.Add(exception);
                }
            }
        }
    }
}
