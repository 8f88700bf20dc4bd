using System.Globalization;
using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Security;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>What was revoked is refused by managers that are real processes, from the moment at which the command has answered.</summary>
public sealed class RevocationTests
{
    /// <summary>A grace of 10 s, at most two looks of 5 s, and some for a machine that is busy.</summary>
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Revoke_Client_ItsCertificateIsRefusedAtOnceAndAfterARestart()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        await IssueAsync(founded, "alice");
        (await AsAsync(founded, "alice")).Code.ShouldBe(0);
        var serial = (await founded.Cluster.ListCertificatesAsync()).Single(certificate => certificate.Name == "alice").Serial!;

        await WarrenAsync(founded, "cluster", "certificate", "revoke", serial, "--yes");

        (await AsAsync(founded, "alice")).Code.ShouldNotBe(0);
        await founded.KillManagerAsync("m1");
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
        (await AsAsync(founded, "alice")).Code.ShouldNotBe(0);

        await IssueAsync(founded, "bob");
        (await AsAsync(founded, "bob")).Code.ShouldBe(0);
    }

    /// <summary>Soon after the second has joined, when whoever keeps the cluster may have moved and knows neither.</summary>
    [Fact]
    public async Task Revoke_Manager_ItEndsAndItsCertificateIsRefusedByTheOther()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        var store = await founded.StartTwoAsync(postgres);
        await using var second = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("m2"));
        (await second.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key).GetAsync()).ShouldNotBeNull();

        var manager = (await founded.Cluster.ListCertificatesAsync()).Where(certificate => certificate.Role == CertificateRole.Manager).MaxBy(certificate => certificate.IssuedAt)!;
        await founded.Cluster.RevokeCertificateAsync(manager.Name);

        await Should.ThrowAsync<Exception>(async () =>
        {
            await using var refused = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("m2"));
            await refused.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key).GetAsync().WaitAsync(TimeSpan.FromSeconds(20));
        });
        (await founded.Cluster.GetAsync()).ShouldNotBeNull();

        (await founded.ManagerOf("m2").WaitForExitAsync(TimeSpan.FromMinutes(1))).ShouldBe(3);
        founded.Lines.ShouldContain(line => line.Contains("was revoked, so it ends", StringComparison.Ordinal));

        // With two managers either could take the other for dead.
        founded.Manager.Exited.IsCompleted.ShouldBeFalse();
        (await founded.Cluster.GetAsync()).ShouldNotBeNull();
        await ClusterClient.UntilAsync(() => Task.FromResult(ClosedConnections(founded)), closed => closed > 0, "the connection that its key had is closed", s_closing);
        var again = await Tool.TryAsync(
            DaemonProgram.Path,
            ["manager", "--name", "m2", "--data-dir", founded.PathOf("m2"), "--api-socket", founded.PathOf("m2.sock"), "--port", Text(founded.Second.Port), "--join-port", Text(founded.SecondJoinPort), .. store]);
        again.Code.ShouldBe(2);
        again.Errors.ShouldContain("was revoked; to bring the machine back");
    }

    /// <summary>Whoever has its key, and not its good manners, keeps no connection either: neither the node's nor a client's.</summary>
    [Fact]
    public async Task Revoke_WhileConnected_TheConnectionIsClosedByTheManagerAndDoesNotComeBackForMoreThanToHearWhy()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        await using (var worker = founded.StartWorker("thief", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }))) await founded.Client.UntilReadyAsync(new("thief"));
        await using var thief = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("thief"));
        var node = thief.Grains.GetGrain<INodeLink>("thief");
        (await node.HeartbeatAsync(session: 0, appliedVersion: 0)).State.ShouldNotBe(SessionState.Removed);
        ClosedConnections(founded).ShouldBe(0);

        await founded.Cluster.DismissAsync(new("thief"));

        await ClusterClient.UntilAsync(() => Task.FromResult(ClosedConnections(founded)), closed => closed > 0, "the manager has closed the connection", s_closing);
        await ClusterClient.UntilAsync(async () => (await node.HeartbeatAsync(session: 0, appliedVersion: 0)).State, _ => true, "it may hear what has become of it");
        (await Should.ThrowAsync<OrleansMessageRejectionException>(() => node.GetAssignmentsAsync(session: 0, sinceVersion: null))).Message.ShouldContain("does not allow");
        await ClusterClient.UntilAsync(() => Task.FromResult(ClosedConnections(founded)), closed => closed > 1, "the manager has closed the next one", s_closing);
    }

    private static int ClosedConnections(FoundedCluster founded) => founded.Lines.Count(line => line.Contains("is not accepted any more", StringComparison.Ordinal));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Task IssueAsync(FoundedCluster founded, string name) =>
        WarrenAsync(founded, "cluster", "certificate", name, founded.PathOf($"config/warren/contexts/{name}"), "--address", founded.ApiOf("m1").ToString());

    private static async Task<(int Code, string Output, string Errors)> AsAsync(FoundedCluster founded, string name) =>
        await Tool.TryAsync("/usr/bin/env", "XDG_CONFIG_HOME=" + founded.PathOf("config"), CliProgram.Path, "--context", name, "node", "list");

    private static async Task WarrenAsync(FoundedCluster founded, params string[] words)
    {
        var (code, _, errors) = await Tool.TryAsync(CliProgram.Path, ["--host", founded.PathOf("m1.sock"), .. words]);
        code.ShouldBe(0, errors);
    }
}
