using System.Net;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>Managers on one database that were all off while their certificates ended, as in a shop that was shut for months.</summary>
public sealed class ManagerReturnTests
{
    private const string GivenItself = "and no other manager is there to give it a token: it has given itself another one, good until ";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>The first one by itself, also by the command line of long ago; the others by a token of it, as ever.</summary>
    [Fact]
    public async Task Managers_AllAwayPastTheEndOfTheirCertificates_TheFirstGivesItselfOneAndTheOtherJoinsByItsToken()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        var (store, token) = await PastTheEndAsync(founded, postgres);
        var key = await File.ReadAllTextAsync(founded.IdentityOf("m2").Key);

        await founded.StartManagerAsync("m2", founded.Second, founded.SecondJoinPort, [.. store, "--token", token, "--manager", founded.JoinEndpoint.ToString()]);
        await founded.ManagerOf("m2").ErrorLineAsync(GivenItself, s_limit);
        await using var client = await ClusterClient.ConnectAsync(founded.Second, founded.IdentityOf("m2"));
        var cluster = client.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key);
        (await cluster.ListCertificatesAsync()).Count(certificate => certificate.Role == Security.CertificateRole.Manager && certificate.EndsAt > TimeProvider.System.GetUtcNow().AddDays(89)).ShouldBe(1);
        (await File.ReadAllTextAsync(founded.IdentityOf("m2").Key)).ShouldBe(key);

        var before = SerialOf(founded, "m1");
        var errors = await RefusedAsync(founded, "m1", founded.Endpoint, founded.JoinEndpoint.Port, store);
        errors.ShouldContain("if that is right, start it with a new join token (--token)");
        errors.ShouldContain($"it gives itself none, since another manager can give it a token: m2 at {founded.Second}, which was there at ");
        SerialOf(founded, "m1").ShouldBe(before);

        var anew = await cluster.CreateTokenAsync(new() { Role = NodeRole.Manager });
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port, [.. store, "--token", anew, "--manager", new IPEndPoint(founded.Second.Address, founded.SecondJoinPort).ToString()]);
        founded.Lines.Count(line => line.Contains(GivenItself, StringComparison.Ordinal)).ShouldBe(1);
        (await client.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count.ShouldBe(2);
    }

    /// <summary>Neither stands in the other's way: both run, or one does and tells the other to join by its token.</summary>
    [Fact]
    public async Task Managers_AllAwayPastTheEndOfTheirCertificates_TwoThatStartAtOnceDoNoHarm()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        var (store, _) = await PastTheEndAsync(founded, postgres);

        var starts = new[] { StartedAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port), StartedAsync("m2", founded.Second, founded.SecondJoinPort) };
        var started = (await Task.WhenAll(starts)).OfType<string>().ToList();

        started.ShouldNotBeEmpty();
        var name = started[0];
        await using var client = await ClusterClient.ConnectAsync(name == "m1" ? founded.Endpoint : founded.Second, founded.IdentityOf(name));
        (await client.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key).GetAsync()).ShouldNotBeNull();
        (await client.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count.ShouldBe(started.Count);

        // Its name if it runs; it ends for one reason alone.
        async Task<string?> StartedAsync(string name, IPEndPoint endpoint, int joinPort)
        {
            try
            {
                await founded.StartManagerAsync(name, endpoint, joinPort, store);
                return name;
            }
            catch (ChildFailedException failure)
            {
                failure.Message.ShouldContain("it gives itself none, since another manager can give it a token: ");
                return null;
            }
        }
    }

    /// <summary>It was off when that happened, and has not heard of it.</summary>
    [Fact]
    public async Task Manager_RevokedAndAwayPastTheEndOfItsCertificate_IsRefusedAlthoughNobodyIsThere()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        var (store, token) = await PastTheEndAsync(founded, postgres, isSecondRevoked: true);
        File.Exists(Path.Combine(founded.PathOf("m2"), "identity", "trust.json")).ShouldBeFalse();
        var before = SerialOf(founded, "m2");

        foreach (var more in new[] { store, [.. store, "--token", token, "--manager", founded.JoinEndpoint.ToString()] })
        {
            var errors = await RefusedAsync(founded, "m2", founded.Second, founded.SecondJoinPort, more);
            errors.ShouldContain("this manager's certificates were revoked (it is m");
            errors.ShouldContain("; to bring the machine back, empty the data folder and join it by a new manager's token");
        }

        SerialOf(founded, "m2").ShouldBe(before);

        // The other one is not.
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port, store);
        await founded.Manager.ErrorLineAsync(GivenItself, s_limit);
    }

    /// <summary>Two managers that have run 20 minutes ago, by certificates of half a minute, and have ended all of a sudden.</summary>
    /// <returns>Arguments by which both are started again, and the token that the second has joined by.</returns>
    private static async Task<(string[] Store, string Token)> PastTheEndAsync(FoundedCluster founded, PrivatePostgres postgres, bool isSecondRevoked = false)
    {
        var connection = founded.PathOf("postgres");
        await File.WriteAllTextAsync(connection, await postgres.NewDatabaseAsync());
        string[] store = ["--store", "postgres", "--postgres-file", connection];
        string[] brief = [.. store, "--certificate-lifetime", "00:00:30"];
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port, FakeTime.Variables("-20m"), brief);
        var token = (await File.ReadAllLinesAsync(Path.Combine(founded.PathOf("m1"), "identity", "join-tokens")))[1].Split(' ')[1];
        await founded.StartManagerAsync(
            "m2", founded.Second, founded.SecondJoinPort, FakeTime.Variables("-20m"), [.. brief, "--token", token, "--manager", founded.JoinEndpoint.ToString()]);
        if (isSecondRevoked)
        {
            await founded.KillManagerAsync("m2");
            var node = (await File.ReadAllTextAsync(Path.Combine(founded.PathOf("m2"), "identity", "node-id"))).Trim();
            var (code, _, errors) = await Tool.TryAsync(CliProgram.Path, "--host", founded.PathOf("m1.sock"), "cluster", "certificate", "revoke", node, "--yes");
            code.ShouldBe(0, errors);

            // It may have heard that nothing was revoked yet.
            File.Delete(Path.Combine(founded.PathOf("m2"), "identity", "trust.json"));
        }

        await founded.StopAsync();
        return (store, token);
    }

    // What it says.
    private static async Task<string> RefusedAsync(FoundedCluster founded, string name, IPEndPoint endpoint, int joinPort, string[] more)
    {
        var failure = await Should.ThrowAsync<ChildFailedException>(() => founded.StartManagerAsync(name, endpoint, joinPort, more));
        failure.Message.ShouldContain($"{name} ended with exit code 2 before ");
        await founded.KillManagerAsync(name);
        return failure.Message;
    }

    private static string SerialOf(FoundedCluster founded, string name)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(founded.IdentityOf(name).Certificate);
        return certificate.SerialNumber;
    }
}
