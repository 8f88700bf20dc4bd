using System.Net;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>Short ways to write silos and views, and to let their time go by.</summary>
internal static class Cluster
{
    public static SiloAddress Silo(int number, int generation = 1) => SiloAddress.New(IPAddress.Parse("10.0.0." + number), 2390, generation);

    public static int NumberOf(SiloAddress silo) => silo.Endpoint.Address.GetAddressBytes()[3];

    public static ViewMember Member(SiloAddress silo, SiloStatus status = SiloStatus.Active) =>
        new(silo, status, "silo-" + silo.Endpoint.Address.GetAddressBytes()[^1], 3000);

    public static ClusterView View(long version, params ViewMember[] members) => new(new MembershipVersion(version), members);

    public static ClusterView ViewOf(long version, params int[] active) =>
        View(version, [.. active.Select(number => Member(Silo(number)))]);

    /// <summary>Moves the clock from timer to timer, and lets the agent take its turns between.</summary>
    public static async Task RunAsync(FakeTime time, TimeSpan by)
    {
        var end = time.Elapsed + by;
        do await time.WhenTimersDueAsync(MembershipSettings.TickPeriodAlone, count: 1);
        while (time.AdvanceToNext(end));
    }
}
