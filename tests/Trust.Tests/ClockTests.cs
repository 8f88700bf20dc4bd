using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Nodes;

namespace Warren.Trust.Tests;

/// <summary>Machines whose clocks are other than the manager's, when they join and when they connect.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>A cluster that was made this minute: whoever is behind by more than is tolerated finds its certificates not good yet.</summary>
    [Fact]
    public async Task Join_ClockIsBehind_FourMinutesDoNotMatterAndTenAreTold()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });
        await using (var near = founded.StartWorker("near", token, clock: "-4m")) await founded.Client.UntilReadyAsync(new("near"));

        await using var far = founded.StartWorker("far", token, clock: "-10m");
        var line = await far.ErrorLineAsync("warrend worker has not joined yet, and goes on trying", s_limit);
        line.ShouldContain("its certificate is good from ");
        line.ShouldEndWith(" here: set the clock");
        (await founded.Cluster.ListTokensAsync()).Single(record => record.Id == JoinToken.Parse(token).Id).Uses.ShouldBe(1);
        far.Exited.IsCompleted.ShouldBeFalse();
    }

    /// <summary>Certificates with lives of half a minute: whoever is ahead sees them ended.</summary>
    [Fact]
    public async Task Connect_ClockIsAhead_FourMinutesDoNotMatterAndTenAreTold()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync("--certificate-lifetime", "00:00:30");
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });
        await using (var worker = founded.StartWorker("ahead", token)) await founded.Client.UntilReadyAsync(new("ahead"));

        await using (var near = founded.StartWorker("ahead", token: null, clock: "+4m")) await near.ErrorLineAsync("The node ahead is registered", s_limit);

        await using var far = founded.StartWorker("ahead", token: null, clock: "+10m");
        var line = await far.ErrorLineAsync("the certificate ended on ", s_limit);
        line.ShouldContain(", and by this machine's clock it is ");
        line.ShouldEndWith(": all tasks go on, and no manager is heard; if that is right, start it with a new join token (--token), or put a new certificate in its place");
        await far.ErrorLineAsync("The managers are out of reach, all tasks go on", s_limit);
        far.Exited.IsCompleted.ShouldBeFalse();
    }
}
