using System.Net;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Events;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>The authority is rotated under a cluster that goes on.</summary>
public sealed class RotationTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Rotate_TwoManagersAndWorkersUnderTraffic_EndsWithTheNewAuthorityAloneAndNothingRestarted()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        var connection = founded.PathOf("postgres");
        await File.WriteAllTextAsync(connection, await postgres.NewDatabaseAsync());
        string[] store = ["--store", "postgres", "--postgres-file", connection];
        await founded.StartAsync(store);
        var manager = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Manager });
        await founded.StartManagerAsync("m2", new(IPAddress.Loopback, LocalPorts.Next()), LocalPorts.Next(), [.. store, "--token", manager, "--manager", founded.JoinEndpoint.ToString()]);
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker, Lifetime = null });
        await using var first = founded.StartWorker("w1", token);
        await using var second = founded.StartWorker("w2", token);
        foreach (var name in new[] { "w1", "w2" }) await founded.Client.UntilReadyAsync(new(name));
        var before = await TasksAsync(founded, "web", replicas: 4);
        var old = (await founded.Cluster.GetAuthorityAsync()).Digest;
        using var ending = new CancellationTokenSource();
        var traffic = CallAsync(founded.Client, ending.Token);

        (await founded.Cluster.RotateAuthorityAsync()).Step.ShouldBe(RotationStep.Trusting);
        var rotated = await ClusterClient.UntilAsync(founded.Cluster.GetAuthorityAsync, authority => authority.Step is null, "the rotation has ended", s_limit);
        rotated.Digest.ShouldNotBe(old);

        // No call of a client that was connected all the while has failed, and no task has another copy.
        await ending.CancelAsync();
        (await traffic).ShouldBeGreaterThan(10);
        (await founded.Client.UntilRunningAsync(new("web"), 4)).Tasks.Select(task => task.Id.ToString()).Order().ShouldBe(before);
        founded.Lines.Count(line => line.Contains("is registered", StringComparison.Ordinal) && line.Contains("The node w1", StringComparison.Ordinal)).ShouldBe(1);
        foreach (var name in new[] { "m1", "m2", "w1", "w2" })
            await ClusterClient.UntilAsync(() => Task.FromResult(TrustOf(founded.IdentityOf(name))), trust => trust == (1, true), $"{name} has the new authority alone", s_limit);

        // What was made for the old one says so.
        await using (var late = founded.StartWorker("late", token))
        {
            await late.ErrorLineAsync("authority was rotated since the token was made: ask for another token", s_limit);
            (await late.WaitForExitAsync(s_limit)).ShouldBe(2);
        }

        await using var joins = founded.StartWorker("joins", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }));
        await founded.Client.UntilReadyAsync(new("joins"));
    }

    [Fact]
    public async Task Rotate_TheManagerIsKilledBetweenTheStepsAndANodeIsAway_GoesOnAndWaitsForIt()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });
        await using (var worker = founded.StartWorker("away", token)) await founded.Client.UntilReadyAsync(new("away"));

        await founded.Cluster.RotateAuthorityAsync();
        await ClusterClient.UntilAsync(founded.Cluster.GetAuthorityAsync, authority => authority.Missing is [var last] && last == new NodeId("away"), "the node that is away alone is waited for", s_limit);
        founded.Manager.Send(Signal.Kill).ShouldBeTrue();
        await founded.StopAsync();
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
        await using var client = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("m1"));
        var cluster = client.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key);
        (await cluster.GetAuthorityAsync()).Step.ShouldBe(RotationStep.Trusting);

        // It comes back by itself, and with it the rotation ends.
        await using var back = founded.StartWorker("away", token: null);
        await ClusterClient.UntilAsync(cluster.GetAuthorityAsync, authority => authority.Step is null, "the rotation has ended", s_limit);
        await ClusterClient.UntilAsync(() => Task.FromResult(TrustOf(founded.IdentityOf("away"))), trust => trust == (1, true), "the node has the new authority alone", s_limit);
    }

    [Fact]
    public async Task Rotate_ANodeIsLeftBehind_IsNamedAndComesBackByANewTokenOnly()
    {
        await using var founded = new FoundedCluster();
        // Long enough for the manager to have followed, which else is waited for, too, when it is told.
        await founded.StartAsync("--rotation-deadline", "00:00:10");
        await using (var worker = founded.StartWorker("behind", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }))) await founded.Client.UntilReadyAsync(new("behind"));
        var key = await File.ReadAllTextAsync(founded.IdentityOf("behind").Key);

        await founded.Cluster.RotateAuthorityAsync();
        foreach (var step in new[] { RotationStep.Trusting, RotationStep.Reissuing })
        {
            await ClusterClient.UntilAsync(founded.Cluster.GetAuthorityAsync, authority => authority.Step == step && authority.Missing.Length == 1, $"one node is waited for in {step}", s_limit);

            // It goes on waiting, and says for whom.
            var word = step.ToString().ToLowerInvariant();
            await EventAsync(founded, $"past its deadline at the step {word} and waits for behind: start them, or go on without them by warren cluster ca leave-behind --step {word}");
            var (_, shown, _) = await Tool.TryAsync(CliProgram.Path, "--host", founded.PathOf("m1.sock"), "cluster", "ca", "inspect");
            shown.ShouldContain("missing    behind");
            shown.ShouldContain("overdue    since ");
            await founded.Cluster.LeaveBehindAsync(step);
            await EventAsync(founded, $"went on from the step {word} without behind; they come back by a new token only");
        }

        (await founded.Cluster.GetAuthorityAsync()).Step.ShouldBeNull();
        await ClusterClient.UntilAsync(() => Task.FromResult(TrustOf(founded.IdentityOf("m1"))), trust => trust == (1, true), "the manager has the new authority alone", s_limit);
        await using (var behind = founded.StartWorker("behind", token: null)) await behind.ErrorLineAsync("The managers are out of reach", s_limit);

        // With the key and the id that it had.
        File.Delete(founded.IdentityOf("behind").Certificate);
        await using var again = founded.StartWorker("behind", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }));
        await again.ErrorLineAsync("The node behind is registered", s_limit);
        (await File.ReadAllTextAsync(founded.IdentityOf("behind").Key)).ShouldBe(key);
    }

    private static Task<System.Collections.Immutable.ImmutableArray<ClusterEvent>> EventAsync(FoundedCluster founded, string part) => ClusterClient.UntilAsync(
        () => founded.Client.Grains.GetGrain<IEventLogGrain>(IEventLogGrain.Key).ReadAsync(0, 1_000),
        events => events.Any(one => one.Subject.Kind == SubjectKind.Cluster && one.Reason.Contains(part, StringComparison.Ordinal)),
        $"an event says '{part}'",
        s_limit);

    private static async Task<int> CallAsync(ClusterClient client, CancellationToken ending)
    {
        for (var calls = 0; ; calls++)
        {
            if (ending.IsCancellationRequested) return calls;
            (await client.Node(new("w1")).GetAsync())!.Status.Condition.ShouldBe(NodeCondition.Ready);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<IReadOnlyList<string>> TasksAsync(FoundedCluster founded, string name, int replicas)
    {
        await founded.Client.Service(new(name)).ApplyAsync(TestSpecs.Sleeper(name, replicas));
        return [.. (await founded.Client.UntilRunningAsync(new(name), replicas)).Tasks.Select(task => task.Id.ToString()).Order()];
    }

    private static (int Authorities, bool IsOwnIssuedByTheLast) TrustOf(CertificateFiles files)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(files.Authority);
        return (authorities.Count, Warren.Security.CertificateAuthority.IssuerOf(certificate, authorities) is { } issuer && issuer.Equals(authorities[^1]));
    }
}
